using TaskRouter.Engine.Model;
using TaskRouter.Server.Hosting;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Api.Reports;

/// <summary>What the groups of a report are called.</summary>
internal static class ReportGroupNames
{
    /// <summary>What the two fields of a group begin with; null for a report without groups.</summary>
    public static string? PrefixOf(ReportGroup group) => group switch
    {
        ReportGroup.Queue => "task_queue",
        ReportGroup.Worker => "worker",
        ReportGroup.Channel => "task_channel",
        _ => null,
    };

    /// <summary>Null for what has been deleted since.</summary>
    public static string? NameOf(ReportGroup group, Sid sid, CommittedView view) => group switch
    {
        ReportGroup.Queue => view.TaskQueues.Find(sid)?.FriendlyName,
        ReportGroup.Worker => view.Workers.Find(sid)?.FriendlyName,
        ReportGroup.Channel => view.TaskChannels.Find(sid)?.UniqueName,
        _ => null,
    };
}
