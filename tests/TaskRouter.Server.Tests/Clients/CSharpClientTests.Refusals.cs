using System.Net;
using Shouldly;
using Twilio.Rest.Taskrouter.V1;
using Twilio.Rest.Taskrouter.V1.Workspace;
using Twilio.Rest.Taskrouter.V1.Workspace.Worker;
using Xunit;

namespace TaskRouter.Server.Tests.Clients;

/// <summary>What is refused, as the library's exception with Twilio's code.</summary>
public abstract partial class CSharpClientTests
{
    [Fact]
    public async Task A_version_that_was_seen_is_changed_and_a_stale_one_is_refused()
    {
        var sid = await CreateWorkspaceAsync();
        var task = (await TaskResource.CreateAsync(sid, attributes: "{}", client: _client)).Sid;
        var seen = await TaskResource.FetchWithHeadersAsync(sid, task, _client);
        seen.StatusCode.ShouldBe(HttpStatusCode.OK);
        seen.Data.Sid.ShouldBe(task);
        var version = seen.Headers.ETag.ShouldNotBeNull().ToString();

        (await TaskResource.UpdateAsync(sid, task, """{"a":1}""", ifMatch: version, client: _client))
            .Attributes.ShouldBe("""{"a":1}""");
        await ShouldBeStaleAsync(
            () => TaskResource.UpdateAsync(sid, task, """{"a":2}""", ifMatch: version, client: _client));
        await ShouldBeStaleAsync(() => TaskResource.DeleteAsync(sid, task, version, _client));
        (await TaskResource.FetchAsync(sid, task, _client)).Attributes.ShouldBe("""{"a":1}""");

        var alice = (await WorkerResource.CreateAsync(sid, "Alice", client: _client)).Sid;
        var worker = (await WorkerResource.FetchWithHeadersAsync(sid, alice, _client)).Headers.ETag!.ToString();
        await WorkerResource.UpdateAsync(sid, alice, attributes: """{"b":1}""", ifMatch: worker, client: _client);
        await ShouldBeStaleAsync(
            () => WorkerResource.UpdateAsync(sid, alice, attributes: "{}", ifMatch: worker, client: _client));
        await ShouldBeStaleAsync(() => WorkerResource.DeleteAsync(sid, alice, worker, _client));

        await WorkerResource.UpdateAsync(sid, alice, await AvailableAsync(sid), client: _client);
        var offer = (await ReservationResource.ReadAsync(sid, alice, client: _client)).Single();
        await ShouldBeStaleAsync(() => ReservationResource.UpdateAsync(
            sid, alice, offer.Sid, ReservationResource.StatusEnum.Accepted, ifMatch: "\"999\"", client: _client));
        var current = (await TaskResource.FetchWithHeadersAsync(sid, task, _client)).Headers.ETag!.ToString();
        (await TaskResource.DeleteAsync(sid, task, current, _client)).ShouldBeTrue();

        static Task ShouldBeStaleAsync(Func<Task> call) => ShouldBeRefusedAsync(call, 412, 20412, ".");
    }

    [Fact]
    public async Task What_does_not_exist_is_not_found()
    {
        var sid = await CreateWorkspaceAsync();
        var path = $"^The requested resource /Workspaces/{sid}/Workers/{Nobody} was not found$";

        await ShouldBeGoneAsync(() => WorkspaceResource.FetchAsync($"WS{new string('0', 32)}", _client));
        await ShouldBeRefusedAsync(() => WorkerResource.FetchAsync(sid, Nobody, _client), 404, 20404, path);
        await ShouldBeRefusedAsync(
            () => WorkerResource.UpdateAsync(sid, Nobody, attributes: "{}", client: _client), 404, 20404, path);
        await ShouldBeRefusedAsync(() => WorkerResource.DeleteAsync(sid, Nobody, client: _client), 404, 20404, path);
        await ShouldBeGoneAsync(() => WorkerResource.FetchAsync(sid, "junk", _client));
        await ShouldBeGoneAsync(() => WorkerStatisticsResource.FetchAsync(sid, Nobody, client: _client));
        await ShouldBeGoneAsync(() => WorkerChannelResource.ReadAsync(sid, Nobody, client: _client));
    }

    [Fact]
    public async Task Mistakes_are_named()
    {
        var sid = await CreateWorkspaceAsync();
        var task = (await TaskResource.CreateAsync(sid, attributes: "{}", client: _client)).Sid;
        (Func<Task> Call, string Reason, int Code)[] mistakes =
        [
            (() => WorkspaceResource.CreateAsync("Odd", template: "LIFO", client: _client), "Template", 20001),
            (() => WorkspaceResource.CreateAsync("Odd", prioritizeQueueOrder: "random", client: _client),
                "PrioritizeQueueOrder", 20001),
            (() => ActivityResource.CreateAsync(sid, new string('x', 65), client: _client), "FriendlyName", 20002),
            (() => ActivityResource.CreateAsync(sid, "available", client: _client), ".", 20001),
            (() => WorkerResource.CreateAsync(sid, "", client: _client), "FriendlyName", 20002),
            (() => WorkerResource.CreateAsync(sid, "Dan", attributes: "{broken", client: _client), "Attributes", 20001),
            (() => WorkerResource.CreateAsync(sid, "Dan", "WAjunk", client: _client), "ActivitySid", 20001),
            (() => TaskQueueResource.CreateAsync(sid, "Broken", "(a == 1", client: _client), "TargetWorkers", 20001),
            (() => TaskQueueResource.CreateAsync(sid, "Many", maxReservedWorkers: 51, client: _client),
                "MaxReservedWorkers", 20001),
            (() => WorkflowResource.CreateAsync(sid, "Broken", "no json", client: _client), "Configuration", 20001),
            (() => TaskResource.CreateAsync(sid, taskChannel: "pigeon", client: _client), "TaskChannel", 20001),
            (() => TaskResource.CreateAsync(sid, priority: -1, client: _client), "Priority", 20001),
            (() => TaskResource.CreateAsync(sid, timeout: 0, client: _client), "Timeout", 20001),
            (() => TaskResource.UpdateAsync(sid, task, assignmentStatus: "finished", client: _client),
                "AssignmentStatus", 20001),
            (() => TaskResource.UpdateAsync(
                sid, task, assignmentStatus: TaskResource.StatusEnum.Wrapping, client: _client), task, 20001),
            (() => TaskResource.ReadAsync(sid, pageSize: 0, client: _client), "PageSize", 20001),
        ];

        foreach (var (call, reason, code) in mistakes)
        {
            await ShouldBeRefusedAsync(call, 400, code, reason);
        }

        (await WorkerResource.ReadAsync(sid, client: _client)).ShouldBeEmpty();
        (await TaskResource.FetchAsync(sid, task, _client)).AssignmentStatus.ShouldBe(TaskResource.StatusEnum.Pending);
    }

    [Fact]
    public async Task Wrong_credentials_are_turned_away()
    {
        var sid = await CreateWorkspaceAsync();
        var wrong = SignIn(TestServer.Account.Sid.ToString(), new string('0', 32));
        var other = SignIn(TestServer.OtherAccount.Sid.ToString(), TestServer.OtherAccount.AuthToken);

        await ShouldBeRefusedAsync(() => WorkspaceResource.ReadAsync(client: wrong), 401, 20003, ".");
        await ShouldBeRefusedAsync(() => WorkspaceResource.DeleteAsync(sid, wrong), 401, 20003, ".");
        await ShouldBeGoneAsync(() => WorkspaceResource.FetchAsync(sid, other));
        (await WorkspaceResource.ReadAsync(client: other)).Select(workspace => workspace.Sid).ShouldNotContain(sid);
        (await WorkspaceResource.FetchAsync(sid, _client)).Sid.ShouldBe(sid);
    }
}
