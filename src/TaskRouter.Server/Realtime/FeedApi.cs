using System.Globalization;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Realtime;

/// <summary>
/// A workspace, live: what is there, then every change as it is committed, as server-sent events. Not in Twilio's API.
/// </summary>
internal sealed class FeedApi(Feeds feeds, AgentOptions options, TimeProvider time)
{
    public const string Path = "/ext/v1/Workspaces/{workspaceSid}";

    private const int RowsMax = 500;
    private const string LastEventId = "Last-Event-ID";

    private static readonly string[] Types =
        ["workspace", "activity", "taskchannel", "taskqueue", "workflow", "worker", "task", "reservation"];

    private static readonly ChoiceParameter<int> ResourceType = new(
        "ResourceType", "Only about these; may be repeated, or hold several with commas between them", Types, IndexOf)
    {
        IsList = true,
    };

    private static readonly SidParameter TaskQueueSid = new(
        "TaskQueueSid", "Only this queue, its tasks and their reservations", SidKind.TaskQueue);

    private static readonly TextParameter After = new(
        "After", "The sequence of the last change that is known, as the header Last-Event-ID has it", "120");

    public void Map(Routes workspace) => workspace.Get(
        "/Feed",
        Operation.Stream(
            "FetchFeed",
            "Follow a workspace: parts of a snapshot, ready, then change after change; dropped says why it ends",
            ResourceType,
            TaskQueueSid,
            After),
        FollowAsync);

    private static int? IndexOf(string text)
    {
        var index = Array.FindIndex(Types, type => type.Equals(text, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? null : index;
    }

    private async Task FollowAsync(Scope scope)
    {
        var query = scope.ReadQuery();
        var types = query.Values(ResourceType).Select(index => Types[index]).ToHashSet(StringComparer.Ordinal);
        var filter = new FeedFilter(types.Count > 0 ? types : null, query.Value(TaskQueueSid));
        var after = PlaceIn(query.Text(After) ?? scope.Context.Request.Headers[LastEventId].ToString());
        if (HttpMethods.IsHead(scope.Context.Request.Method))
        {
            Begin(scope.Context.Response);
            return;
        }

        // Listening comes before looking: nothing happens unseen between the two.
        var feed = feeds.Open(scope.Loop, filter, scope.Caller)
            ?? throw new Refusal(503, Refusals.UnavailableCode, "No more followers are taken now");
        try
        {
            var newest = await scope.Events.LastSequenceAsync(scope.WorkspaceSid, scope.Context.RequestAborted);
            if (after > newest)
            {
                throw After.Refuse($"the newest change is {newest}");
            }

            Begin(scope.Context.Response);
            await SendAsync(scope, feed, after, newest);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException
            && scope.Context.RequestAborted.IsCancellationRequested)
        {
            // The follower has gone.
        }
        finally
        {
            feeds.Close(feed);
        }
    }

    private static void Begin(HttpResponse response)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";

        // A proxy that gathers the answer would hold back every change.
        response.Headers["X-Accel-Buffering"] = "no";
    }

    private static long? PlaceIn(string text) => text.Length == 0 ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) ? sequence
        : throw After.Refuse("must be the sequence of a change");

    private async Task SendAsync(Scope scope, Feed feed, long? after, long newest)
    {
        var stop = scope.Context.RequestAborted;
        using var writer = new FeedWriter(scope.Context.Response);
        if (after is null || !await CatchUpAsync(scope, feed.Filter, after.Value, newest, writer))
        {
            await WriteSnapshotAsync(scope, feed.Filter, writer);
            writer.WriteReady(newest);
        }

        await writer.FlushAsync(stop);
        await FollowAsync(feed, newest, scope.Caller.ExpiresAt, writer, stop);
        writer.WriteDropped(feed.DropReason ?? "The access token has expired");
        await writer.FlushAsync(stop);
    }

    /// <summary>Tells what the follower has missed. False when the log does not reach back so far.</summary>
    private static async Task<bool> CatchUpAsync(
        Scope scope, FeedFilter filter, long after, long newest, FeedWriter writer)
    {
        var stop = scope.Context.RequestAborted;
        for (var place = after; place < newest;)
        {
            var rows = await scope.Events.ReadAsync(scope.WorkspaceSid, place, newest, types: null, RowsMax, stop);
            if (rows.Count == 0 || rows[0].Sequence != place + 1)
            {
                return false;
            }

            rows.Where(filter.Takes).ToList().ForEach(writer.Write);
            await writer.FlushAsync(stop);
            place = rows[^1].Sequence;
        }

        return true;
    }

    private static async Task WriteSnapshotAsync(Scope scope, FeedFilter filter, FeedWriter writer)
    {
        var (view, accountSid, now) = (scope.View, scope.AccountSid, scope.Now);
        var stop = scope.Context.RequestAborted;
        IEnumerable<T> Rows<T>(string type, CommittedTable<T> table, Func<T, Sid?> queueOf)
            where T : class => filter.TakesType(type)
                ? table.InOrder.After(null).Where(row => filter.Takes(type, queueOf(row)))
                : [];

        await writer.WriteRowsAsync(
            "activity",
            Rows("activity", view.Activities, _ => null),
            (json, activity) => AgentJson.WriteActivity(json, activity, accountSid),
            stop);
        await writer.WriteRowsAsync(
            "taskqueue",
            Rows("taskqueue", view.TaskQueues, queue => queue.Sid),
            (json, queue) => AgentJson.WriteTaskQueue(json, queue, scope),
            stop);
        await writer.WriteRowsAsync(
            "worker",
            Rows("worker", view.Workers, _ => null),
            (json, worker) => AgentJson.WriteWorker(json, worker, view.Activities.Find(worker.ActivitySid), accountSid),
            stop);
        await writer.WriteRowsAsync(
            "task",
            Rows("task", view.Tasks, task => task.TaskQueueSid),
            (json, task) => AgentJson.WriteTask(json, task, TaskNames.Of(task, view), accountSid, now),
            stop);
        await writer.WriteRowsAsync(
            "reservation",
            Rows("reservation", view.Reservations, reservation => reservation.TaskQueueSid),
            (json, reservation) => AgentJson.WriteChangedReservation(
                json, reservation, view.Workers.Find(reservation.WorkerSid)?.FriendlyName, accountSid),
            stop);
    }

    private async Task FollowAsync(
        Feed feed, long newest, DateTimeOffset? expiresAt, FeedWriter writer, CancellationToken stop)
    {
        var arrival = feed.Waiting.WaitToReadAsync(stop).AsTask();
        while (!(SteadyTime.Wall(time) > expiresAt))
        {
            try
            {
                if (!await arrival.WaitAsync(options.HeartbeatPause, time, stop))
                {
                    return;
                }
            }
            catch (TimeoutException)
            {
                await writer.BeatAsync(stop);
                continue;
            }

            while (feed.Waiting.TryRead(out var happened))
            {
                if (happened.Sequence > newest)
                {
                    writer.Write(happened);
                    await writer.FlushAsync(stop);
                }
            }

            arrival = feed.Waiting.WaitToReadAsync(stop).AsTask();
        }
    }
}
