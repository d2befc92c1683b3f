using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Explanations;

/// <summary>Workers of a view as expressions see them.</summary>
internal static class WorkerDocuments
{
    /// <param name="withChannels">Whether anything reads the channels, which take longest to count.</param>
    public static WorkerDocument Of(Worker worker, IWorkspaceView view, bool withChannels) => new()
    {
        Sid = worker.Sid.ToString(),
        FriendlyName = worker.FriendlyName,
        ActivitySid = worker.ActivitySid.ToString(),
        ActivityName = view.FindActivity(worker.ActivitySid)?.FriendlyName ?? "",
        Attributes = view.AttributesOf(worker),
        Channels = withChannels ? [.. view.ChannelsOf(worker.Sid).Select(channel => FieldsOf(channel, view))] : [],
    };

    private static ChannelFields FieldsOf(WorkerChannel channel, IWorkspaceView view) => new()
    {
        UniqueName = view.FindTaskChannel(channel.TaskChannelSid)?.UniqueName ?? "",
        ConfiguredCapacity = channel.ConfiguredCapacity,
        ActiveTasks = channel.ActiveTasks,
        AcceptedTasks = view.ReservationsOfWorker(channel.WorkerSid).Count(reservation =>
            reservation.TaskChannelSid == channel.TaskChannelSid
            && reservation.Status == ReservationStatus.Accepted),
    };
}
