using System.Globalization;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Callbacks;

/// <summary>
/// The parameters of an assignment callback, as the records are when it is sent.
/// https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks
/// </summary>
internal static class AssignmentForm
{
    /// <summary>Null when the workspace, the task or the worker is gone: there is nobody left to ask about.</summary>
    public static List<KeyValuePair<string, string>>? Of(
        CommittedView view, Reservation reservation, DateTimeOffset now)
    {
        if (view.Workspace is not { } workspace
            || view.Tasks.Find(reservation.TaskSid) is not { } task
            || view.Workers.Find(reservation.WorkerSid) is not { } worker)
        {
            return null;
        }

        // TaskChannelSid, TaskChannelUniqueName and WorkerName are sent beyond the documented parameters.
        (string Name, string? Value)[] parameters =
        [
            ("Timestamp", Number(now.ToUnixTimeSeconds())),
            ("AccountSid", workspace.AccountSid.ToString()),
            ("WorkspaceSid", workspace.Sid.ToString()),
            ("WorkflowSid", reservation.WorkflowSid?.ToString()),
            ("TaskQueueSid", reservation.TaskQueueSid?.ToString()),
            ("WorkerSid", worker.Sid.ToString()),
            ("WorkerName", worker.FriendlyName),
            ("WorkerAttributes", worker.Attributes),
            ("TaskSid", task.Sid.ToString()),
            ("TaskAge", Number(task.AgeAt(now))),
            ("TaskPriority", Number(task.Priority)),
            ("TaskAttributes", task.Attributes),
            ("TaskChannelSid", reservation.TaskChannelSid.ToString()),
            ("TaskChannelUniqueName", view.TaskChannels.Find(reservation.TaskChannelSid)?.UniqueName),
            ("ReservationSid", reservation.Sid.ToString()),
        ];

        var form = new List<KeyValuePair<string, string>>(parameters.Length + 2);
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
            {
                form.Add(new(name, value));
            }
        }

        return form;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
