using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Scenarios;

/// <summary>Checks what must be so: sentences after "Then".</summary>
internal sealed class StoryExpectations
{
    private readonly StoryWorld _world;
    private readonly StoryCommands _commands;
    private readonly StoryFields _fields;

    public StoryExpectations(StoryWorld world, StoryCommands commands)
    {
        (_world, _commands) = (world, commands);
        _fields = new StoryFields(world);
        Events = new StoryEvents(world, commands.Fill);
    }

    public StoryEvents Events { get; }

    private StoryNames Names => _world.Names;

    private SavedRecords Saved => _world.Saved;

    public void Check(Step step)
    {
        var words = new Words(step.Line, step.Sentence);
        if (words.Take("events"))
        {
            CheckEvents(step, words);
        }
        else if (words.Take("offers", "of"))
        {
            CheckOffers(words);
        }
        else if (words.Take("transfer", "of"))
        {
            CheckTransfer(words);
        }
        else
        {
            CheckSubject(words);
        }

        words.ExpectEnd();
    }

    /// <summary>"refused 400/20001" and, if the story says it, the message.</summary>
    public void CheckRefusal(Words words, Refusal? refusal)
    {
        var code = words.Next("status/code");
        if (refusal is null)
        {
            throw words.Error("It was not refused.");
        }

        Same(words, "refusal", $"{refusal.Status}/{refusal.Code}", code, refusal.Message);
        if (!words.IsAtEnd)
        {
            Same(words, "message", refusal.Message, _commands.Fill(words.Next("a message"), words));
        }

        words.ExpectEnd();
    }

    /// <summary>"events are" or "events of t1 are", with lines below; "events are none".</summary>
    private void CheckEvents(Step step, Words words)
    {
        string? subject = null;
        if (words.Take("of"))
        {
            subject = words.Next("a task or worker");
            _ = Names.Find(subject) ?? throw words.Error($"Nothing is called \"{subject}\" here.");
        }

        words.Expect("are");
        if (words.Take("none") != (step.Block.Count == 0))
        {
            throw words.Error("A list of events is either \"none\" or stands on the lines below.");
        }

        Events.Check(subject, step);
    }

    /// <summary>"offers of t1 are alice rejected, bob pending": all of a task's reservations, oldest first.</summary>
    private void CheckOffers(Words words)
    {
        var task = Names.Get(words, "a task", SidKind.Task);
        words.Expect("are");
        var expected = new List<string>();
        if (!words.Take("none"))
        {
            do
            {
                expected.Add($"{words.Next("a worker")} {words.Next("a status")}");
            }
            while (words.TakeListSeparator());
        }

        Same(words, "offers", List(Saved.Reservations.Values.Where(each => each.TaskSid == task)
            .OrderBy(each => each.Sid)
            .Select(each => $"{Names.Of(each.WorkerSid)} {WireNames.Of(each.Status)}")), List(expected));
    }

    /// <summary>"transfer of t1 is failed because ...".</summary>
    private void CheckTransfer(Words words)
    {
        var transfer = _commands.Transfer(words);
        words.Expect("is");
        Same(words, "status", WireNames.Of(transfer.Status), words.Next("a transfer's status"));
        if (words.Take("because"))
        {
            Same(words, "reason", transfer.FailedReason, words.Next("a reason"));
        }
    }

    private void CheckSubject(Words words)
    {
        var name = words.Next("what is expected");
        if (_commands.FindReservation(name) is { } reservation)
        {
            CheckReservation(words, reservation);
            return;
        }

        var sid = Names.Find(name) ?? throw words.Error($"Nothing is called \"{name}\" here.");
        if (words.Take("is", "gone"))
        {
            if (Exists(sid))
            {
                throw words.Error($"{name} is still there.");
            }

            return;
        }

        if (!Exists(sid))
        {
            throw words.Error($"{name} is gone.");
        }

        switch (sid.Kind)
        {
            case SidKind.Task:
                CheckTask(words, Saved.Tasks[sid]);
                break;
            case SidKind.Worker:
                CheckWorker(words, Saved.Workers[sid]);
                break;
            case SidKind.Workspace:
                CheckFields(words, field => _fields.Of(Saved.Workspace!, field));
                break;
            default:
                words.Expect("is");
                words.Expect("there");
                break;
        }
    }

    private bool Exists(Sid sid) => sid.Kind switch
    {
        SidKind.Workspace => Saved.Workspace is not null,
        SidKind.Activity => Saved.Activities.ContainsKey(sid),
        SidKind.TaskChannel => Saved.TaskChannels.ContainsKey(sid),
        SidKind.TaskQueue => Saved.TaskQueues.ContainsKey(sid),
        SidKind.Workflow => Saved.Workflows.ContainsKey(sid),
        SidKind.Worker => Saved.Workers.ContainsKey(sid),
        _ => Saved.Tasks.ContainsKey(sid),
    };

    /// <summary>"t1 is reserved for alice and bob in Q1 because ...", "t1 has priority 5".</summary>
    private void CheckTask(Words words, RoutingTask task)
    {
        if (!words.Take("is"))
        {
            CheckFields(words, field => _fields.Of(task, field));
            return;
        }

        Same(words, "status", WireNames.Of(task.AssignmentStatus), WireNames.Of(StoryCommands.TaskStatus(words)));
        while (!words.IsAtEnd)
        {
            if (words.Take("in"))
            {
                Same(words, "queue", Names.Of(task.TaskQueueSid), words.Next("a queue"));
            }
            else if (words.Take("because"))
            {
                Same(words, "reason", task.Reason, _commands.Fill(words.Next("a reason"), words));
            }
            else if (words.Take("for"))
            {
                var expected = new List<string> { words.Next("a worker") };
                while (words.TakeListSeparator())
                {
                    expected.Add(words.Next("a worker"));
                }

                Same(words, "workers", List(HoldersOf(task).Order()), List(expected.Order()));
            }
            else
            {
                throw words.Unknown();
            }
        }
    }

    private IEnumerable<string> HoldersOf(RoutingTask task) => Saved.Reservations.Values
        .Where(each => each.TaskSid == task.Sid && each.IsActive)
        .Select(each => Names.Of(each.WorkerSid));

    /// <summary>"t1/alice is pending", "t1/alice has timeout 5".</summary>
    private void CheckReservation(Words words, Reservation reservation)
    {
        if (words.Take("is"))
        {
            Same(words, "status", WireNames.Of(reservation.Status), words.Next("a reservation's status"));
        }
        else
        {
            CheckFields(words, field => _fields.Of(reservation, field));
        }
    }

    /// <summary>"alice is in Break", "alice on chat has capacity 3", "alice has version 2".</summary>
    private void CheckWorker(Words words, Worker worker)
    {
        if (words.Take("is", "in"))
        {
            Same(words, "activity", Names.Of(worker.ActivitySid), words.Next("an activity"));
        }
        else if (words.Take("on"))
        {
            var channel = _commands.WorkerChannel(worker.Sid, words);
            CheckFields(words, field => StoryFields.Of(channel, field));
        }
        else
        {
            CheckFields(words, field => StoryFields.Of(worker, field));
        }
    }

    private void CheckFields(Words words, Func<string, string?> valueOf)
    {
        words.Expect("has");
        do
        {
            var field = words.Next("a field");
            var actual = valueOf(field) ?? throw words.Error($"There is no field \"{field}\" here.");
            Same(words, field, actual, _commands.Fill(words.Next($"the {field}"), words));
        }
        while (words.TakeListSeparator() || !words.IsAtEnd);
    }

    private static string List(IEnumerable<string> items) => string.Join(", ", items);

    private static void Same(Words words, string what, string? actual, string expected, string? more = null)
    {
        if (actual != expected)
        {
            throw words.Error($"""
                  expected {what}: {expected}
                  actual {what}:   {actual}
                {more}
                """);
        }
    }
}
