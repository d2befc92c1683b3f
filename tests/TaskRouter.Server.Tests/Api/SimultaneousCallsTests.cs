using System.Net;
using Shouldly;
using Xunit;

namespace TaskRouter.Server.Tests.Api;

/// <summary>The same call many times at once has one outcome, and the others are told so.</summary>
public sealed class SimultaneousCallsTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const int Calls = 40;

    [Fact]
    public async Task One_creation_gets_the_name()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);

        var answers = await AtOnceAsync(_ => workspace.PostAsync("/Workers", ("FriendlyName", "Twin")));

        Count(answers, HttpStatusCode.Created).ShouldBe(1);
        Count(answers, HttpStatusCode.BadRequest).ShouldBe(Calls - 1);
        (await workspace.GetAsync("/Workers?FriendlyName=Twin")).Items("workers").Count.ShouldBe(1);
    }

    [Fact]
    public async Task One_change_is_made_to_the_version_they_saw()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var path = $"{workspace.Path}/Workers/{workspace.WorkerSid}";
        var seen = (await fixture.Server.GetAsync(path)).ETag;

        var answers = await AtOnceAsync(index =>
            fixture.Server.PostIfAsync(seen, path, ("Attributes", $$"""{"writer":{{index}}}""")));

        Count(answers, HttpStatusCode.OK).ShouldBe(1);
        Count(answers, HttpStatusCode.PreconditionFailed).ShouldBe(Calls - 1);
        (await fixture.Server.GetAsync(path)).String("attributes")
            .ShouldBe(answers.Single(answer => answer.Status == HttpStatusCode.OK).String("attributes"));
    }

    [Fact]
    public async Task A_reservation_is_accepted_or_rejected()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var path = $"/Tasks/{workspace.TaskSid}/Reservations/{workspace.ReservationSid}";

        var answers = await AtOnceAsync(index => workspace.PostAsync(
            path, ("ReservationStatus", index % 2 == 0 ? "accepted" : "rejected")));

        var won = answers.Where(answer => answer.Status == HttpStatusCode.OK).ToList();
        var outcome = won.Select(answer => answer.String("reservation_status")).Distinct().ShouldHaveSingleItem();
        answers.Except(won).ShouldAllBe(answer => answer.Status == HttpStatusCode.BadRequest);
        answers.Except(won).Count().ShouldBeGreaterThanOrEqualTo(Calls / 2);
        (await workspace.GetAsync(path)).String("reservation_status").ShouldBe(outcome);
    }

    [Fact]
    public async Task One_deletion_finds_it()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var activity = await workspace.PostAsync("/Activities", ("FriendlyName", "Doomed"));

        var answers = await AtOnceAsync(_ => workspace.DeleteAsync($"/Activities/{activity.Sid}"));

        Count(answers, HttpStatusCode.NoContent).ShouldBe(1);
        Count(answers, HttpStatusCode.NotFound).ShouldBe(Calls - 1);
    }

    private static Task<Answer[]> AtOnceAsync(Func<int, Task<Answer>> call) =>
        Task.WhenAll(Enumerable.Range(0, Calls).Select(index => Task.Run(() => call(index))));

    private static int Count(Answer[] answers, HttpStatusCode status) =>
        answers.Count(answer => answer.Status == status);
}
