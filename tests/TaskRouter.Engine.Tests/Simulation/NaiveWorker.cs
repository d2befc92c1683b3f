using System.Text.Json;
using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Simulation;

/// <summary>A worker for one look at it: what expressions see is put together anew from records.</summary>
internal sealed class NaiveWorker(WorkerState state, List<Reservation> active)
{
    private WorkerDocument? _document;

    public Worker Record => state.Record;

    public Activity Activity => state.Activity.Record;

    public List<Reservation> Active => active;

    public WorkerDocument Document => _document ??= new WorkerDocument
    {
        Sid = Record.Sid.ToString(),
        FriendlyName = Record.FriendlyName,
        ActivitySid = Activity.Sid.ToString(),
        ActivityName = Activity.FriendlyName,
        Attributes = Parsed.Document(Record.Attributes),
        Channels = [.. state.Channels.Select(FieldsOf)],
    };

    public WorkerChannelState? On(Sid channel) => state.Channels.Find(each => each.Record.TaskChannelSid == channel);

    public DateTimeOffset IdleSince(Sid channel) => On(channel)!.Channel.Record.ChannelOptimizedRouting
        ? On(channel)!.Record.LastReservedAt
        : state.Channels.Max(each => each.Record.LastReservedAt);

    /// <summary>What an order_by term reads: <c>worker.NAME</c> or <c>worker.channel.NAME.FIELD</c>.</summary>
    public int? Integer(string path)
    {
        if (path.Split('.') is [_, _, var name, var field])
        {
            var channel = Document.Channels.FirstOrDefault(each => each.UniqueName == name);
            return field == "assigned_tasks" ? channel?.AcceptedTasks : channel?.AvailableCapacityPercentage;
        }

        using var attributes = JsonDocument.Parse(Record.Attributes);
        return attributes.RootElement.TryGetProperty(path["worker.".Length..], out var value)
            && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var integer)
                ? integer
                : null;
    }

    private ChannelFields FieldsOf(WorkerChannelState channel)
    {
        var here = active.Where(each => each.TaskChannelSid == channel.Record.TaskChannelSid).ToList();
        return new ChannelFields
        {
            UniqueName = channel.Channel.Record.UniqueName,
            ConfiguredCapacity = channel.Record.ConfiguredCapacity,
            ActiveTasks = here.Count,
            AcceptedTasks = here.Count(each => each.Status == ReservationStatus.Accepted),
        };
    }
}
