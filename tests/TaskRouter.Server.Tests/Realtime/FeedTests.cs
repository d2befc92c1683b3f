using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Access;
using TaskRouter.Server.Hosting;
using TaskRouter.Server.Realtime;
using TaskRouter.Server.Tests.Api;
using Xunit;

namespace TaskRouter.Server.Tests.Realtime;

/// <summary>A workspace followed over HTTP, by a client that reads line by line.</summary>
public sealed class FeedTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly TestServer _server = fixture.Server;

    [Fact]
    public async Task A_follower_gets_a_snapshot_and_then_every_change_in_order()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        await using var feed = await Follower.OpenAsync(workspace);
        var snapshot = await feed.ReadSnapshotAsync();

        snapshot.Select(part => part.GetProperty("resource_type").GetString())
            .ShouldBe(["activity", "taskqueue", "worker", "task", "reservation"]);
        snapshot[2].GetProperty("resources")[0].GetProperty("sid").GetString().ShouldBe(workspace.WorkerSid);
        var task = await workspace.PostAsync("/Tasks", ("Attributes", "{\"é\":\"a\\nb\"}"));
        var first = await feed.ReadAsync();
        first.Name.ShouldBe("change");
        first.Data.GetProperty("event_type").GetString().ShouldBe("task.created");
        first.Data.GetProperty("event_data").GetProperty("task_attributes").GetString().ShouldBe("{\"é\":\"a\\nb\"}");
        first.Data.GetProperty("resource_sid").GetString().ShouldBe(task.Sid);
        first.Data.GetProperty("actor_sid").GetString().ShouldBe(TestServer.Account.Sid.ToString());
        first.Id.ShouldBe(feed.Ready + 1);
        (await feed.ReadAsync()).Id.ShouldBe(first.Id + 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_comes_back_hears_what_it_has_missed(bool byHeader)
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        long last;
        await using (var feed = await Follower.OpenAsync(workspace))
        {
            await feed.ReadSnapshotAsync();
            last = feed.Ready;
        }

        for (var number = 0; number < 300; number++)
        {
            await workspace.PostAsync($"/Tasks/{workspace.TaskSid}", ("Priority", $"{number + 1}"));
        }

        await using var again = byHeader
            ? await Follower.OpenAsync(workspace, lastEventId: last)
            : await Follower.OpenAsync(workspace, $"?After={last}");
        await workspace.PostAsync($"/Tasks/{workspace.TaskSid}", ("Priority", "1000"));
        for (var sequence = last + 1; sequence <= last + 301; sequence++)
        {
            var change = await again.ReadAsync();
            change.Id.ShouldBe(sequence);
            change.Data.GetProperty("event_type").GetString().ShouldBe("task.updated");
        }
    }

    [Fact]
    public async Task A_feed_is_narrowed_by_resource_and_queue()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        var other = (await workspace.PostAsync("/TaskQueues", ("FriendlyName", "Other"))).Sid;
        await using var ofTasks = await Follower.OpenAsync(workspace, "?ResourceType=task,worker");
        await using var ofQueue = await Follower.OpenAsync(workspace, $"?TaskQueueSid={other}");
        (await ofTasks.ReadSnapshotAsync()).Select(part => part.GetProperty("resource_type").GetString())
            .ShouldBe(["worker", "task"]);
        (await ofQueue.ReadSnapshotAsync()).ShouldHaveSingleItem()
            .GetProperty("resources").GetArrayLength().ShouldBe(1);

        await workspace.PostAsync("/Activities", ("FriendlyName", "Lunch"));
        await workspace.PostAsync($"/Tasks/{workspace.TaskSid}", ("Priority", "7"));
        await workspace.PostAsync("/Tasks", ("RoutingTarget", other));

        var heard = await ofTasks.ReadAsync();
        heard.Data.GetProperty("resource_sid").GetString().ShouldBe(workspace.TaskSid);
        var entered = await ofQueue.ReadAsync();
        entered.Data.GetProperty("event_data").GetProperty("task_queue_sid").GetString().ShouldBe(other);
    }

    [Theory]
    [InlineData("?After=x")]
    [InlineData("?After=-1")]
    [InlineData("?After=99999999999999999999")]
    [InlineData("?After=1000000")]
    [InlineData("?ResourceType=people")]
    [InlineData("?TaskQueueSid=WQ1")]
    public async Task Wrong_wishes_are_refused(string query)
    {
        var workspace = await TestWorkspace.CreateAsync(_server);

        (await _server.GetAsync($"/ext{workspace.Path}/Feed{query}")).ShouldBeError(HttpStatusCode.BadRequest, 20001);
    }

    [Fact]
    public async Task A_deleted_workspace_says_so_and_ends()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        await using var feed = await Follower.OpenAsync(workspace);
        await feed.ReadSnapshotAsync();

        await workspace.DeleteAsync("");

        var message = await feed.ReadAsync();
        while (message.Name == "change")
        {
            message = await feed.ReadAsync();
        }

        message.Name.ShouldBe("dropped");
        message.Data.GetProperty("reason").GetString().ShouldBe("The workspace was deleted");
        (await feed.HasEndedAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_deleted_key_follows_nothing_any_more()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        var keys = $"/2010-04-01/Accounts/{TestServer.Account.Sid}/Keys";
        var key = (await _server.PostAsync($"{keys}.json")).ShouldBe(HttpStatusCode.Created);
        var claims = TestTokens.Access(key.Sid, workspace.Sid, workspace.WorkerSid, "supervisor");
        var token = TestTokens.Sign(TestTokens.AccessHeader, claims, key.String("secret"));
        var basic = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{key.Sid}:{key.String("secret")}"));
        await using var byKey = await Follower.OpenAsync(workspace, authorization: $"Basic {basic}");
        await using var byToken = await Follower.OpenAsync(workspace, authorization: $"Bearer {token}");
        await using var byAccount = await Follower.OpenAsync(workspace);
        Follower[] all = [byKey, byToken, byAccount];
        foreach (var follower in all)
        {
            await follower.ReadSnapshotAsync();
        }

        (await _server.DeleteAsync($"{keys}/{key.Sid}.json")).ShouldBe(HttpStatusCode.NoContent);
        await workspace.PostAsync($"/Tasks/{workspace.TaskSid}", ("Priority", "7"));

        foreach (var follower in new[] { byKey, byToken })
        {
            var (name, _, data) = await follower.ReadAsync();
            (name, data.GetProperty("reason").GetString()).ShouldBe(("dropped", "The key was deleted"));
            (await follower.HasEndedAsync()).ShouldBeTrue();
        }

        (await byAccount.ReadAsync()).Name.ShouldBe("change");
    }

    [Fact]
    public async Task A_follower_who_falls_behind_is_dropped_with_the_reason()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        var directory = _server.Services.GetRequiredService<WorkspaceDirectory>();
        var sid = Sid.TryParse(workspace.Sid, SidKind.Workspace, out var parsed) ? parsed : default;
        var loop = directory.Find(TestServer.Account.Sid, sid)!;
        var feeds = _server.Services.GetRequiredService<Feeds>();
        var feed = feeds.Open(
            loop,
            new FeedFilter(null, null),
            new Caller(TestServer.Account.Sid, TestServer.Account.Sid))!;

        for (var number = 0; feed.DropReason is null; number++)
        {
            number.ShouldBeLessThan(Feed.EventsMax + 1);
            await workspace.PostAsync($"/Tasks/{workspace.TaskSid}", ("Priority", $"{number + 1}"));
        }

        feed.DropReason.ShouldBe("More than 1000 events are waiting");
        feeds.Close(feed);
    }

    /// <summary>One open answer.</summary>
    private sealed class Follower(HttpClient client, HttpResponseMessage response, StreamReader lines)
        : IAsyncDisposable
    {
        /// <summary>The snapshot's place in the log.</summary>
        public long Ready { get; private set; }

        public static async Task<Follower> OpenAsync(
            TestWorkspace workspace, string query = "", long? lastEventId = null, string? authorization = null)
        {
            var client = new HttpClient { BaseAddress = workspace.Server.Url };
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/ext{workspace.Path}/Feed{query}");
            request.Headers.Authorization = AuthenticationHeaderValue.Parse(
                authorization ?? TestServer.Basic(TestServer.Account));
            if (lastEventId is { } id)
            {
                request.Headers.Add("Last-Event-ID", id.ToString(CultureInfo.InvariantCulture));
            }

            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
            return new Follower(client, response, new StreamReader(await response.Content.ReadAsStreamAsync()));
        }

        public async Task<List<JsonElement>> ReadSnapshotAsync()
        {
            var parts = new List<JsonElement>();
            while (true)
            {
                var message = await ReadAsync();
                if (message.Name == "ready")
                {
                    Ready = message.Id!.Value;
                    message.Data.GetProperty("sequence").GetInt64().ShouldBe(Ready);
                    return parts;
                }

                message.Name.ShouldBe("snapshot");
                parts.Add(message.Data);
            }
        }

        public async Task<(string Name, long? Id, JsonElement Data)> ReadAsync()
        {
            var fields = new Dictionary<string, string>();
            while (true)
            {
                var line = await lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20));
                line.ShouldNotBeNull("the stream has ended");
                if (line.Length == 0 && fields.TryGetValue("data", out var data))
                {
                    return (
                        fields["event"],
                        fields.TryGetValue("id", out var id) ? long.Parse(id, CultureInfo.InvariantCulture) : null,
                        JsonDocument.Parse(data).RootElement);
                }

                if (line.Split(": ", 2) is [{ Length: > 0 } name, var value])
                {
                    fields[name] = value;
                }
            }
        }

        public async Task<bool> HasEndedAsync() =>
            await lines.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20)) is "";

        public ValueTask DisposeAsync()
        {
            lines.Dispose();
            response.Dispose();
            client.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
