using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Scenarios;

/// <summary>A task or reservation has changed its status.</summary>
/// <param name="From">"-" when it is new.</param>
/// <param name="To">"gone" when it has been deleted or has lost its visibility.</param>
/// <param name="Event">The first event that shows it; "-" for the end of visibility, which has none.</param>
/// <param name="Position">That event's place among the story's events.</param>
internal sealed record Transition(Sid Sid, string From, string To, string Event, int Position)
{
    public const string None = "-";
    public const string Gone = "gone";

    public bool IsOfTask => Sid.Kind == SidKind.Task;

    public override string ToString() =>
        $"{(IsOfTask ? "task" : "reservation")}: {From} -> {To} by {Event}";

    public static IEnumerable<Transition> In(Changes changes, int firstPosition, List<Transition> earlier)
    {
        var status = new Dictionary<Sid, string>();
        foreach (var transition in earlier)
        {
            status[transition.Sid] = transition.To;
        }

        var found = new List<Transition>();
        void Add(Sid sid, string to, string type, int position)
        {
            var from = status.GetValueOrDefault(sid, None);
            if (from != to)
            {
                found.Add(new Transition(sid, from, to, type, position));
                status[sid] = to;
            }
        }

        for (var index = 0; index < changes.Events.Count; index++)
        {
            var each = changes.Events[index];
            if (each.Task is { } task)
            {
                var isGone = each.Type is EventTypes.TaskDeleted or EventTypes.TaskSystemDeleted;
                var to = isGone ? Gone : WireNames.Of(task.AssignmentStatus);
                Add(task.Sid, to, each.Type, firstPosition + index);
            }

            if (each.Reservation is { } reservation)
            {
                Add(reservation.Sid, WireNames.Of(reservation.Status), each.Type, firstPosition + index);
            }
        }

        foreach (var sid in changes.Tasks.Forgotten)
        {
            Add(sid, Gone, None, firstPosition + changes.Events.Count);
        }

        return found;
    }
}
