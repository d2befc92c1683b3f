using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Api;

/// <summary>https://www.twilio.com/docs/taskrouter/api/worker-channel</summary>
internal static class WorkerChannelsApi
{
    private static readonly NumberParameter Capacity = new(
        "Capacity",
        "Tasks of this channel that the worker takes at once",
        Shape.Range(0, 1_000) with { Example = "3" });

    private static readonly FlagParameter Available = new(
        "Available", "Whether the worker takes tasks of this channel");

    private static readonly Resource Shown = new(
        "worker_channel",
        "a worker's channel",
        "a worker's channels",
        Field.Sid("account_sid", SidKind.Account),
        Field.Integer("assigned_tasks"),
        Field.Flag("available"),
        Field.Integer("available_capacity_percentage", "100"),
        Field.Integer("configured_capacity", "3"),
        Field.Instant("date_created"),
        Field.Instant("date_updated"),
        Field.Sid("sid", SidKind.WorkerChannel),
        Field.Sid("task_channel_sid", SidKind.TaskChannel),
        Field.Text("task_channel_unique_name", "chat"),
        Field.Sid("worker_sid", SidKind.Worker),
        Field.Sid("workspace_sid", SidKind.Workspace),
        Field.Address("/WS.../Workers/WK.../Channels/WC..."));

    public static void Map(Routes channels)
    {
        channels.Get("", Operation.List("ListWorkerChannel", "channels", Shown), List);
        channels.Get("/{sid}", Operation.Fetch("FetchWorkerChannel", Shown), Fetch);
        channels.Post("/{sid}", Operation.Update("UpdateWorkerChannel", Shown, Capacity, Available), Update);
    }

    private static void List(Scope scope)
    {
        var rows = new CreationOrder<WorkerChannel>(scope.View.ChannelsOf(GetWorkerSid(scope)), row => row.Sid);
        Page.Answer(scope, scope.ReadQuery(), "channels", rows, Write);
    }

    private static void Fetch(Scope scope) => scope.Answer(StatusCodes.Status200OK, Get(scope), Write);

    private static async Task Update(Scope scope)
    {
        var current = Get(scope);
        var form = await scope.ReadFormAsync();
        var channel = await scope.ExecuteAsync(new UpdateWorkerChannel(
            current.WorkerSid,
            current.Sid,
            Capacity: form.Value(Capacity),
            Available: form.Value(Available)));

        scope.Answer(StatusCodes.Status200OK, channel, Write);
    }

    private static Sid GetWorkerSid(Scope scope)
    {
        var sid = scope.SidOf("workerSid", SidKind.Worker);
        return scope.View.Workers.Find(sid) is null ? throw scope.NotFound() : sid;
    }

    /// <summary>By its own SID, by its task channel's SID or by that channel's unique name.</summary>
    private static WorkerChannel Get(Scope scope)
    {
        var workerSid = GetWorkerSid(scope);
        var segment = scope.Segment("sid");
        if (Sid.TryParse(segment, SidKind.WorkerChannel, out var sid))
        {
            return scope.View.WorkerChannels.Find(sid) is { } own && own.WorkerSid == workerSid
                ? own
                : throw scope.NotFound();
        }

        return TaskChannelsApi.Find(scope.View, segment) is { } taskChannel
            && scope.View.ChannelsOf(workerSid).After(null)
                .FirstOrDefault(channel => channel.TaskChannelSid == taskChannel.Sid) is { } found
            ? found
            : throw scope.NotFound();
    }

    private static void Write(Utf8JsonWriter json, WorkerChannel channel, Scope scope)
    {
        json.WriteStartObject();
        json.WriteSid("account_sid"u8, scope.AccountSid);
        json.WriteNumber("assigned_tasks"u8, channel.AssignedTasks);
        json.WriteBoolean("available"u8, channel.Available);
        json.WriteNumber("available_capacity_percentage"u8, channel.AvailableCapacityPercentage);
        json.WriteNumber("configured_capacity"u8, channel.ConfiguredCapacity);
        json.WriteInstant("date_created"u8, channel.CreatedAt);
        json.WriteInstant("date_updated"u8, channel.UpdatedAt);
        json.WriteSid("sid"u8, channel.Sid);
        json.WriteSid("task_channel_sid"u8, channel.TaskChannelSid);
        json.WriteString(
            "task_channel_unique_name"u8, scope.View.TaskChannels.Find(channel.TaskChannelSid)?.UniqueName);
        json.WriteSid("worker_sid"u8, channel.WorkerSid);
        json.WriteSid("workspace_sid"u8, channel.WorkspaceSid);
        json.WriteUrl("url"u8, scope.Url("/Workers/"u8, channel.WorkerSid, "/Channels/"u8, channel.Sid));
        json.WriteEndObject();
    }
}
