using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Tests.Kill;

/// <summary>What must hold in the database, whatever was killed when. Each check names its offenders.</summary>
internal static class SnapshotChecks
{
    private static readonly (AssignmentStatus Status, string EventType)[] TaskEnds =
    [
        (AssignmentStatus.Completed, EventTypes.TaskCompleted),
        (AssignmentStatus.Canceled, EventTypes.TaskCanceled),
    ];

    // Each answer leaves its event, and only a reservation that came past it may be in the statuses beside it.
    private static readonly (string EventType, ReservationStatus[] Statuses)[] ReservationSteps =
    [
        (EventTypes.ReservationAccepted,
            [ReservationStatus.Accepted, ReservationStatus.Wrapping, ReservationStatus.Completed]),
        (EventTypes.ReservationCompleted, [ReservationStatus.Completed]),
        (EventTypes.ReservationRejected, [ReservationStatus.Rejected]),
        (EventTypes.ReservationTimeout, [ReservationStatus.Timeout]),
        (EventTypes.ReservationCanceled, [ReservationStatus.Canceled]),
        (EventTypes.ReservationRescinded, [ReservationStatus.Rescinded]),
    ];

    public static IEnumerable<string> Complaints(this Snapshot snapshot) =>
    [
        .. EventsHaveNoGap(snapshot),
        .. TasksAndTheirCreationsMatch(snapshot),
        .. ReservationsAndTheirCreationsMatch(snapshot),
        .. TasksEndedWithTheirEvent(snapshot),
        .. ReservationsWereAnsweredWithTheirEvent(snapshot),
        .. NothingEndsTwice(snapshot),
        .. TasksAndTheirReservationsAgree(snapshot),
        .. NobodyIsOverCapacity(snapshot),
        .. WhatWaitsHasADeadline(snapshot),
    ];

    /// <summary>Whoever is still waiting although the time for it passed before that instant.</summary>
    public static IEnumerable<string> Overdue(this Snapshot snapshot, DateTimeOffset instant) =>
    [
        .. snapshot.Reservations.Values
            .Where(row => row.Status == ReservationStatus.Pending && row.ExpiresAt < instant)
            .Select(row => $"Reservation {row.Sid} should have timed out at {row.ExpiresAt:O}."),
        .. snapshot.Tasks.Values
            .Where(IsWaiting)
            .Where(row => row.ExpiresAt < instant)
            .Select(row => $"Task {row.Sid} should have ended at {row.ExpiresAt:O}."),
    ];

    private static IEnumerable<string> EventsHaveNoGap(Snapshot snapshot) => snapshot.Events
        .Where((row, index) => row.Sequence != index + 1)
        .Take(1)
        .Select(row => $"Before event {row.Sequence} one is missing.");

    private static IEnumerable<string> TasksAndTheirCreationsMatch(Snapshot snapshot)
    {
        var created = TasksWith(snapshot, EventTypes.TaskCreated);
        var deleted = TasksWith(snapshot, EventTypes.TaskDeleted);
        return
        [
            .. snapshot.Tasks.Keys.Except(created).Select(sid => $"Task {sid} has no task.created."),
            .. snapshot.Tasks.Keys.Intersect(deleted).Select(sid => $"Task {sid} is there in spite of task.deleted."),
            .. created.Except(snapshot.Tasks.Keys).Except(deleted)
                .Select(sid => $"Task {sid} was created and is not there."),
        ];
    }

    private static IEnumerable<string> ReservationsAndTheirCreationsMatch(Snapshot snapshot)
    {
        var created = snapshot.Events.Where(row => row.Type == EventTypes.ReservationCreated).ToList();
        return
        [
            .. snapshot.Reservations.Keys.Except(created.Select(row => row.ReservationSid!))
                .Select(sid => $"Reservation {sid} has no reservation.created."),
            .. created.Where(row => snapshot.Tasks.ContainsKey(row.TaskSid!))
                .Where(row => !snapshot.Reservations.ContainsKey(row.ReservationSid!))
                .Select(row => $"Reservation {row.ReservationSid} was created and is not there."),
        ];
    }

    private static IEnumerable<string> TasksEndedWithTheirEvent(Snapshot snapshot) =>
        from end in TaskEnds
        let told = TasksWith(snapshot, end.EventType)
        from task in snapshot.Tasks.Values
        where (task.Status == end.Status) != told.Contains(task.Sid)
        select $"Task {task.Sid} is {task.Status}, {end.EventType}: {told.Contains(task.Sid)}.";

    private static IEnumerable<string> ReservationsWereAnsweredWithTheirEvent(Snapshot snapshot) =>
        from step in ReservationSteps
        let told = snapshot.Events
            .Where(row => row.Type == step.EventType)
            .Select(row => row.ReservationSid)
            .ToHashSet()
        from reservation in snapshot.Reservations.Values
        where step.Statuses.Contains(reservation.Status) != told.Contains(reservation.Sid)
        select $"Reservation {reservation.Sid} is {reservation.Status}, {step.EventType}: "
            + $"{told.Contains(reservation.Sid)}.";

    private static IEnumerable<string> NothingEndsTwice(Snapshot snapshot) => snapshot.Events
        .Where(row => row.Type is EventTypes.TaskCompleted or EventTypes.TaskCanceled or EventTypes.ReservationCompleted
            or EventTypes.ReservationRejected or EventTypes.ReservationTimeout or EventTypes.ReservationCanceled
            or EventTypes.ReservationRescinded)
        .CountBy(row => row.Type.StartsWith("task.", StringComparison.Ordinal) ? row.TaskSid! : row.ReservationSid!)
        .Where(ends => ends.Value > 1)
        .Select(ends => $"{ends.Key} ended {ends.Value} times.");

    private static IEnumerable<string> TasksAndTheirReservationsAgree(Snapshot snapshot)
    {
        var active = snapshot.Reservations.Values.Where(row => row.FillsCapacity).ToLookup(row => row.TaskSid);
        foreach (var task in snapshot.Tasks.Values)
        {
            var pending = active[task.Sid].Count(row => row.Status == ReservationStatus.Pending);
            var taken = active[task.Sid].Count() - pending;
            var agrees = task.Status switch
            {
                AssignmentStatus.Reserved => pending > 0 && taken == 0,
                AssignmentStatus.Assigned or AssignmentStatus.Wrapping => pending == 0 && taken == 1,
                _ => pending == 0 && taken == 0,
            };
            if (!agrees)
            {
                yield return $"Task {task.Sid} is {task.Status} with {pending} pending and {taken} taken reservations.";
            }
        }

        foreach (var orphan in active.SelectMany(rows => rows).Where(row => !snapshot.Tasks.ContainsKey(row.TaskSid)))
        {
            yield return $"Reservation {orphan.Sid} is {orphan.Status} and its task is not there.";
        }
    }

    private static IEnumerable<string> NobodyIsOverCapacity(Snapshot snapshot)
    {
        var load = snapshot.Reservations.Values
            .Where(row => row.FillsCapacity)
            .CountBy(row => (row.WorkerSid, row.ChannelSid))
            .ToDictionary();
        return snapshot.Capacities
            .Where(row => load.GetValueOrDefault((row.WorkerSid, row.ChannelSid)) > row.Capacity)
            .Select(row => $"Worker {row.WorkerSid} has {load[(row.WorkerSid, row.ChannelSid)]} tasks "
                + $"with a capacity of {row.Capacity}.");
    }

    private static IEnumerable<string> WhatWaitsHasADeadline(Snapshot snapshot) =>
    [
        .. snapshot.Reservations.Values
            .Where(row => (row.Status == ReservationStatus.Pending) != row.ExpiresAt.HasValue)
            .Select(row => $"Reservation {row.Sid} is {row.Status} and expires at {row.ExpiresAt:O}."),
        .. snapshot.Tasks.Values
            .Where(row => IsWaiting(row) != row.ExpiresAt.HasValue)
            .Select(row => $"Task {row.Sid} is {row.Status} and expires at {row.ExpiresAt:O}."),
    ];

    private static bool IsWaiting(TaskRow task) => task.Status is AssignmentStatus.Pending or AssignmentStatus.Reserved;

    private static HashSet<string> TasksWith(Snapshot snapshot, string eventType) =>
        [.. snapshot.Events.Where(row => row.Type == eventType).Select(row => row.TaskSid!)];
}
