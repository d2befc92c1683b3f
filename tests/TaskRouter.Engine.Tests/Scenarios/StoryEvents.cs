using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Tests.Scenarios;

/// <summary>
/// Compares lists of events with what happened. A list is exact: it names everything since the last list about the same
/// subject, and a story that lists a subject's events once must list them to its end.
/// </summary>
internal sealed class StoryEvents(StoryWorld world, Func<string, Words, string> fill)
{
    private const string Everything = "";

    // Up to where each subject's events have been listed.
    private readonly Dictionary<string, (int Position, StoryLine Line)> _listed = [];
    private int _first;

    /// <summary>What was given is no news.</summary>
    public void StartListing() => _first = world.Events.Count;

    /// <param name="subject">A task or worker; null for everything.</param>
    public void Check(string? subject, Step step)
    {
        var expected = step.Block.SelectMany(Read).ToList();
        var actual = Unlisted(subject ?? Everything);
        _listed[subject ?? Everything] = (world.Events.Count, step.Line);
        var wrong = 0;
        while (wrong < expected.Count && wrong < actual.Count && expected[wrong].Matches(actual[wrong]))
        {
            wrong++;
        }

        if (wrong == expected.Count && wrong == actual.Count)
        {
            return;
        }

        var line = wrong < expected.Count ? expected[wrong].Line : step.Line;
        throw new StoryException(line, string.Join(Environment.NewLine, [
            "expected", .. expected.Select((each, index) => Row(index == wrong, each.ToString())),
            "actual", .. actual.Select((each, index) => Row(index == wrong, each.ToString())),
        ]));
    }

    public void CheckNothingIsLeft()
    {
        foreach (var (subject, (_, line)) in _listed)
        {
            var left = Unlisted(subject);
            if (left.Count > 0)
            {
                throw new StoryException(line, string.Join(Environment.NewLine, [
                    "After this list, and in no other,", .. left.Select(each => Row(isWrong: true, each.ToString()))]));
            }
        }
    }

    private static string Row(bool isWrong, string text) => (isWrong ? "  > " : "    ") + text;

    private List<ActualEvent> Unlisted(string subject)
    {
        var from = _listed.TryGetValue(subject, out var listed) ? listed.Position : _first;
        return [.. world.Events.Skip(from).Where(each => IsAbout(each, subject)).Select(Tell)];
    }

    private bool IsAbout(RoutingEvent each, string subject) => subject == Everything
        || world.Names.Find(subject) is { } sid && (each.ResourceSid == sid || each.Task?.Sid == sid
            || (each.ResourceType == "reservation" && each.Worker?.Sid == sid));

    private ActualEvent Tell(RoutingEvent each) => new(
        each.At - StoryWorld.Start,
        each.Type,
        each.Reservation is { } reservation
            ? $"{world.Names.Of(reservation.TaskSid)}/{world.Names.Of(reservation.WorkerSid)}"
            : world.Names.Of(each.ResourceSid),
        PlaceOf(each),
        each.TargetChangedReason ?? (each.Task is { Reason: { } reason } && each.Type != EventTypes.TaskUpdated
            ? reason
            : null),
        each.ResourceType == "task" ? each.Worker is { } worker ? world.Names.Of(worker.Sid) : null : null,
        each.Description);

    private string? PlaceOf(RoutingEvent each)
    {
        Sid? place = each.Type switch
        {
            EventTypes.WorkerActivityUpdate => each.Activity!.Sid,
            EventTypes.WorkflowTargetMatched or EventTypes.TaskQueueEntered => each.Queue!.Sid,
            EventTypes.TaskQueueMoved or EventTypes.TaskQueueTimeout => each.Queue!.Sid,
            _ when each.WorkerChannel is { } channel => channel.TaskChannelSid,
            _ when each.ResourceType == "task" => each.Transfer?.TransferTo,
            _ => null,
        };
        return place is null ? null : world.Names.Of(place);
    }

    /// <summary>"10  task-queue.timeout t1, workflow.timeout t1": a second, then what happened at it.</summary>
    private IEnumerable<ExpectedEvent> Read(StoryLine line)
    {
        var words = new Words(line, line.Text);
        var at = StoryFile.SecondOrNull(words.Next("a second"))
            ?? throw words.Error("A line of events begins with the second they happen at.");
        do
        {
            var type = words.Next("an event's type");
            var subject = words.Next("whom the event is about");
            var (place, reason, worker, description) = ((string?)null, (string?)null, (string?)null, (string?)null);
            while (!words.IsAtEnd && !words.IsNext(","))
            {
                if (words.Take("because"))
                {
                    reason = fill(words.Next("a reason"), words);
                }
                else if (words.Take("by"))
                {
                    worker = words.Next("a worker");
                }
                else if (words.Take("saying"))
                {
                    description = fill(words.Next("a description"), words);
                }
                else if (place is null)
                {
                    place = words.Next("a place");
                }
                else
                {
                    throw words.Unknown();
                }
            }

            yield return new ExpectedEvent(line, at, type, subject, place, reason, worker, description);
        }
        while (words.Take(","));
    }
}

/// <param name="Place">The queue, activity, channel or transfer target that the event speaks of.</param>
/// <param name="Worker">Who did it, where the event of a task tells.</param>
internal sealed record ActualEvent(
    TimeSpan At, string Type, string Subject, string? Place, string? Reason, string? Worker, string Description)
{
    public override string ToString() =>
        StoryFile.Text(At) + "  " + Type + " " + Subject + (Place is null ? "" : " " + Place)
        + (Worker is null ? "" : " by " + Worker) + (Reason is null ? "" : $" because \"{Reason}\"")
        + $" saying \"{Description}\"";
}

/// <summary>Time, type and subject have to be right; the rest where the story says it.</summary>
internal sealed record ExpectedEvent(
    StoryLine Line, TimeSpan At, string Type, string Subject, string? Place, string? Reason, string? Worker,
    string? Description)
{
    public bool Matches(ActualEvent actual) => At == actual.At && Type == actual.Type && Subject == actual.Subject
        && (Place is null || Place == actual.Place)
        && (Reason is null || Reason == actual.Reason)
        && (Worker is null || Worker == actual.Worker)
        && (Description is null || Description == actual.Description);

    public override string ToString() =>
        StoryFile.Text(At) + "  " + Type + " " + Subject + (Place is null ? "" : " " + Place)
        + (Worker is null ? "" : " by " + Worker) + (Reason is null ? "" : $" because \"{Reason}\"")
        + (Description is null ? "" : $" saying \"{Description}\"");
}
