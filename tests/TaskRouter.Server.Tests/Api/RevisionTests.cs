using System.Net;
using Shouldly;
using Xunit;

namespace TaskRouter.Server.Tests.Api;

/// <summary>ETag and If-Match. https://www.twilio.com/docs/usage/mutation-and-conflict-resolution</summary>
public sealed class RevisionTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    public static TheoryData<string> Versioned => new("task", "worker", "reservation of task", "reservation of worker");

    [Theory]
    [MemberData(nameof(Versioned))]
    public async Task The_version_seen_is_accepted_in_every_notation_and_another_one_is_not(string resource)
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var path = PathOf(resource, workspace);
        var seen = (await fixture.Server.GetAsync(path)).ETag;
        var number = seen.Trim('"');
        seen.ShouldMatch("^\"[0-9]+\"$");

        foreach (var wrong in new[] { "\"999\"", "W/\"999\"", "999", "\"x\"", "-1", "\"-1\"" })
        {
            (await fixture.Server.PostIfAsync(wrong, path)).ShouldBeError(HttpStatusCode.PreconditionFailed, 20412);
        }

        (await fixture.Server.PostIfAsync("\"1\", \"2\"", path)).ShouldBeError(HttpStatusCode.BadRequest, 20001);
        foreach (var right in new[] { seen, $"W/{seen}", number, "*" })
        {
            (await fixture.Server.PostIfAsync(right, path)).ShouldBe(HttpStatusCode.OK).ETag.ShouldBe(seen);
        }
    }

    [Fact]
    public async Task A_change_raises_the_version_and_the_old_one_is_refused()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        foreach (var path in new[] { PathOf("task", workspace), PathOf("worker", workspace) })
        {
            var old = (await fixture.Server.GetAsync(path)).ETag;
            var changed = await fixture.Server.PostIfAsync(old, path, ("Attributes", "{\"changed\":true}"));
            changed.ShouldBe(HttpStatusCode.OK).ETag.ShouldNotBe(old);

            (await fixture.Server.PostIfAsync(old, path, ("Attributes", "{}")))
                .ShouldBeError(HttpStatusCode.PreconditionFailed, 20412);
            (await fixture.Server.DeleteAsync(path, old)).ShouldBeError(HttpStatusCode.PreconditionFailed, 20412);
            (await fixture.Server.GetAsync(path)).String("attributes").ShouldBe("{\"changed\":true}");
        }

        var task = PathOf("task", workspace);
        (await fixture.Server.DeleteAsync(task, (await fixture.Server.GetAsync(task)).ETag))
            .ShouldBe(HttpStatusCode.NoContent);
    }

    private static string PathOf(string resource, TestWorkspace workspace) => workspace.Path + resource switch
    {
        "task" => $"/Tasks/{workspace.TaskSid}",
        "worker" => $"/Workers/{workspace.WorkerSid}",
        "reservation of task" => $"/Tasks/{workspace.TaskSid}/Reservations/{workspace.ReservationSid}",
        _ => $"/Workers/{workspace.WorkerSid}/Reservations/{workspace.ReservationSid}",
    };
}
