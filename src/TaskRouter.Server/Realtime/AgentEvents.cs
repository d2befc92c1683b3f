using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Realtime;

/// <summary>
/// Which events agents are told of, and which agents. Worker events go to the worker, reservation events to whom it was
/// offered, task events to everybody who holds the task or has just ceased to, transfer events to who hands over.
/// </summary>
internal static class AgentEvents
{
    // A client keeps an ended reservation as long, with its task.
    private static readonly TimeSpan EndedMax = TimeSpan.FromSeconds(5);

    /// <param name="isConnected">Frames for anybody else are not even made.</param>
    public static IEnumerable<(Sid WorkerSid, AgentFrame Frame)> Of(
        Changes changes, CommittedView view, Func<Sid, bool> isConnected)
    {
        foreach (var happened in changes.Events)
        {
            foreach (var (workerSid, frame) in Of(happened, changes, view, isConnected))
            {
                yield return (workerSid, frame);
            }
        }

        // No event tells of a new name, but the version has risen: a client that checks versions has to know.
        foreach (var workerSid in changes.RenamedWorkers.Where(isConnected))
        {
            if (changes.Workers.Written.TryGetValue(workerSid, out var worker) && !IsTold(changes, worker))
            {
                yield return (workerSid, OfWorker(worker, view));
            }
        }
    }

    private static bool IsTold(Changes changes, Worker worker) => changes.Events.Exists(happened =>
        happened.Type is EventTypes.WorkerActivityUpdate or EventTypes.WorkerAttributesUpdate
        && happened.Worker is { } told && told.Sid == worker.Sid && told.Version == worker.Version);

    private static IEnumerable<(Sid WorkerSid, AgentFrame Frame)> Of(
        RoutingEvent happened, Changes changes, CommittedView view, Func<Sid, bool> isConnected)
    {
        switch (happened.Type)
        {
            case EventTypes.WorkerActivityUpdate or EventTypes.WorkerAttributesUpdate
                or EventTypes.WorkerCapacityUpdate or EventTypes.WorkerChannelAvailabilityUpdate:
                return Only(happened.Worker!.Sid, isConnected, () => OfWorker(happened));

            case EventTypes.ReservationFailed:
                return Sid.TryParse(happened.Task!.RoutingTarget, SidKind.Worker, out var target)
                    ? Only(target, isConnected, () => OfTask(happened, happened.Type))
                    : [];

            case EventTypes.ReservationAccepted:
                return Only(happened.Reservation!.WorkerSid, isConnected, () => OfReservation(happened, view))
                    .Concat(ToHolders(happened, EventTypes.TaskUpdated, changes, view, isConnected));

            case EventTypes.ReservationCreated or EventTypes.ReservationRejected or EventTypes.ReservationTimeout
                or EventTypes.ReservationCanceled or EventTypes.ReservationRescinded or EventTypes.ReservationWrapup
                or EventTypes.ReservationCompleted:
                return Only(happened.Reservation!.WorkerSid, isConnected, () => OfReservation(happened, view));

            case EventTypes.TaskUpdated or EventTypes.TaskCanceled or EventTypes.TaskWrapup or EventTypes.TaskCompleted:
                return ToHolders(happened, happened.Type, changes, view, isConnected);

            case EventTypes.TaskTransferInitiated or EventTypes.TaskTransferAttemptFailed
                or EventTypes.TaskTransferFailed or EventTypes.TaskTransferCanceled
                or EventTypes.TaskTransferCompleted:
                return Only(happened.Transfer!.InitiatingWorkerSid, isConnected, () => OfTransfer(happened));

            default:
                return [];
        }
    }

    private static IEnumerable<(Sid WorkerSid, AgentFrame Frame)> Only(
        Sid workerSid, Func<Sid, bool> isConnected, Func<AgentFrame> frame) =>
        isConnected(workerSid) ? [(workerSid, frame())] : [];

    private static IEnumerable<(Sid WorkerSid, AgentFrame Frame)> ToHolders(
        RoutingEvent happened, string type, Changes changes, CommittedView view, Func<Sid, bool> isConnected)
    {
        var holders = HoldersOf(happened, changes, view).Where(isConnected).Distinct().ToList();
        if (holders.Count == 0)
        {
            return [];
        }

        var frame = OfTask(happened, type);
        return holders.Select(workerSid => (workerSid, frame));
    }

    private static IEnumerable<Sid> HoldersOf(RoutingEvent happened, Changes changes, CommittedView view)
    {
        var taskSid = happened.Task!.Sid;

        // A task that was deleted has taken its reservations along: this batch's events alone still know them.
        return view.Tasks.Find(taskSid) is null
            ? changes.Events
                .Where(other => other.Reservation?.TaskSid == taskSid)
                .Select(other => other.Reservation!.WorkerSid)
            : view.ReservationsOfTask(taskSid).After(null)
                .Where(reservation => reservation.IsActive || happened.At - reservation.UpdatedAt < EndedMax)
                .Select(reservation => reservation.WorkerSid);
    }

    private static AgentFrame OfWorker(RoutingEvent happened)
    {
        var accountSid = happened.Workspace.AccountSid;
        return happened.WorkerChannel is { } channel
            ? new AgentFrame(happened.Type, json =>
                AgentJson.WriteChannel(json, channel, happened.Channel?.UniqueName, accountSid))
            {
                KnownSince = channel.CreatedAt,
            }
            : OfWorker(happened.Type, happened.Worker!, happened.Activity, accountSid);
    }

    private static AgentFrame OfWorker(Worker worker, CommittedView view) => OfWorker(
        EventTypes.WorkerAttributesUpdate,
        worker,
        view.Activities.Find(worker.ActivitySid),
        view.Workspace!.AccountSid);

    private static AgentFrame OfWorker(string type, Worker worker, Activity? activity, Sid accountSid) =>
        new(type, json => AgentJson.WriteWorker(json, worker, activity, accountSid))
        {
            KnownSince = activity?.CreatedAt,
        };

    private static AgentFrame OfReservation(RoutingEvent happened, CommittedView view)
    {
        var reservation = happened.Reservation!;
        var scene = ReservationScene.Of(happened, reservation, view);
        return new AgentFrame(
            happened.Type,
            json => AgentJson.WriteReservation(json, reservation, scene, happened.At),
            json => AgentJson.WriteTask(
                json, scene.Task, scene.TaskNames, scene.AccountSid, happened.At, reservation.Sid))
        {
            NeedsList = true,
        };
    }

    private static AgentFrame OfTask(RoutingEvent happened, string type)
    {
        var names = TaskNames.Of(happened);
        return new AgentFrame(type, json =>
            AgentJson.WriteTask(json, happened.Task!, names, happened.Workspace.AccountSid, happened.At))
        {
            NeedsList = true,
        };
    }

    private static AgentFrame OfTransfer(RoutingEvent happened) =>
        new(happened.Type, json =>
            AgentJson.WriteTransfer(json, happened.Transfer!, happened.Workspace.AccountSid))
        {
            NeedsList = true,
        };
}
