using System.Net;
using Shouldly;
using Xunit;

namespace TaskRouter.Server.Tests.Api;

/// <summary>Two accounts in one server see nothing of each other.</summary>
public sealed class AccountsTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly string Other = TestServer.Basic(TestServer.OtherAccount);

    private readonly TestServer _server = fixture.Server;

    [Fact]
    public async Task Each_account_lists_its_own_and_names_may_repeat()
    {
        var name = $"Same {Guid.NewGuid():N}";
        var mine = (await _server.PostAsync("/v1/Workspaces", ("FriendlyName", name))).ShouldBe(HttpStatusCode.Created);
        var theirs = (await _server.PostAsAsync(Other, "/v1/Workspaces", ("FriendlyName", name)))
            .ShouldBe(HttpStatusCode.Created);

        mine.String("account_sid").ShouldBe(TestServer.Account.Sid.ToString());
        theirs.String("account_sid").ShouldBe(TestServer.OtherAccount.Sid.ToString());
        Sids(await _server.GetAsync($"/v1/Workspaces?FriendlyName={name}")).ShouldBe([mine.Sid]);
        Sids(await _server.GetAsAsync(Other, $"/v1/Workspaces?FriendlyName={name}")).ShouldBe([theirs.Sid]);
        Sids(await _server.GetAsAsync(Other, "/v1/Workspaces?PageSize=1000")).ShouldNotContain(mine.Sid);
        (await _server.PostAsAsync(Other, "/v1/Workspaces", ("FriendlyName", name.ToUpperInvariant())))
            .ShouldBeError(HttpStatusCode.BadRequest, 20001);
    }

    [Fact]
    public async Task Another_accounts_resources_are_as_good_as_none()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        var paths = new[]
        {
            workspace.Path,
            $"{workspace.Path}/Workers",
            $"{workspace.Path}/Workers/{workspace.WorkerSid}",
            $"{workspace.Path}/Tasks/{workspace.TaskSid}",
            $"{workspace.Path}/Tasks/{workspace.TaskSid}/Reservations/{workspace.ReservationSid}",
        };
        foreach (var path in paths)
        {
            var refused = (await _server.GetAsAsync(Other, path)).ShouldBeError(HttpStatusCode.NotFound, 20404);

            refused.String("message").ShouldBe($"The requested resource {path[3..]} was not found");
            (await _server.PostAsAsync(Other, path, ("FriendlyName", "Taken over"), ("AssignmentStatus", "canceled")))
                .Status.ShouldBe(HttpStatusCode.NotFound);
            (await _server.SendAsync(HttpMethod.Delete, path, authorization: Other))
                .Status.ShouldBeOneOf(HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed);
        }

        (await workspace.GetAsync("")).String("friendly_name").ShouldStartWith("Test ");
        (await workspace.GetAsync($"/Tasks/{workspace.TaskSid}")).String("assignment_status").ShouldBe("reserved");
    }

    [Fact]
    public async Task Sids_of_another_account_in_parameters_and_page_tokens_find_nothing()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        var theirs = (await _server.PostAsAsync(
            Other, "/v1/Workspaces", ("FriendlyName", $"{Guid.NewGuid():N}"), ("Template", "FIFO"))).Sid;

        (await _server.PostAsAsync(
                Other, $"/v1/Workspaces/{theirs}/Tasks", ("WorkflowSid", workspace.WorkflowSid)))
            .ShouldBeError(HttpStatusCode.BadRequest, 20001);
        (await _server.GetAsAsync(Other, $"/v1/Workspaces/{theirs}/Workers?ActivitySid={workspace.ActivitySid}"))
            .Items("workers").ShouldBeEmpty();
        Sids(await _server.GetAsAsync(
                Other, "/v1/Workspaces?PageToken=PAWS00000000000000000000000000000000&Page=1&PageSize=1000"))
            .ShouldNotContain(workspace.Sid);
    }

    private static IEnumerable<string?> Sids(Answer list) =>
        list.Items("workspaces").Select(item => item.GetProperty("sid").GetString());
}
