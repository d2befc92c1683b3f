using Microsoft.EntityFrameworkCore;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;

namespace TaskRouter.Server.Storage;

/// <summary>
/// Finds events by a SID, their own or a reservation's: a workspace's SIDs, of all kinds together, rise as its events
/// do, whatever the clock has done.
/// </summary>
internal static class EventLookup
{
    public static async Task<EventRecord?> FindAsync(RouterDb db, Sid workspaceSid, Sid sid, CancellationToken stop) =>
        await BlockBeforeAsync(db, workspaceSid, sid, stop) is { } block
            ? EventBlockFormat.Read(block).Find(row => row.Sid == sid)
            : null;

    /// <summary>
    /// The task that a reservation belongs to: from the reservation while it is there, then from the event of its
    /// creation. Null when both are gone.
    /// </summary>
    public static async Task<Sid?> TaskOfAsync(RouterDb db, Sid workspaceSid, Sid sid, CancellationToken stop)
    {
        var taskSid = await db.Reservations
            .Where(row => row.WorkspaceSid == workspaceSid && row.Sid == sid)
            .Select(row => (Sid?)row.TaskSid)
            .SingleOrDefaultAsync(stop);
        if (taskSid is not null)
        {
            return taskSid;
        }

        // No SID is made between a reservation's own and the one of the event that tells of it.
        var before = await BlockBeforeAsync(db, workspaceSid, sid, stop);
        var next = before is null ? null : EventBlockFormat.Read(before).Find(row => row.Sid >= sid);
        next ??= await BlockAfterAsync(db, workspaceSid, sid, stop) is { } after
            ? EventBlockFormat.Read(after)[0]
            : null;
        return next?.ReservationSid == sid ? next.TaskSid : null;
    }

    /// <summary>The only block that can have the event.</summary>
    private static Task<EventBlock?> BlockBeforeAsync(
        RouterDb db, Sid workspaceSid, Sid sid, CancellationToken stop) => db.EventBlocks
        .Where(row => row.WorkspaceSid == workspaceSid && row.FirstEventSid <= sid)
        .OrderByDescending(row => row.FirstEventSid)
        .FirstOrDefaultAsync(stop);

    private static Task<EventBlock?> BlockAfterAsync(
        RouterDb db, Sid workspaceSid, Sid sid, CancellationToken stop) => db.EventBlocks
        .Where(row => row.WorkspaceSid == workspaceSid && row.FirstEventSid > sid)
        .OrderBy(row => row.FirstEventSid)
        .FirstOrDefaultAsync(stop);
}
