using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Bench;

/// <summary>
/// One round of every kind of command on one world. It leaves the world as it found it, so that rounds compare.
/// </summary>
internal sealed class EngineRound(BenchWorld world, int commands)
{
    private const int ActivityChanges = 1_000;
    private const int SweepsPerRound = 1;

    private static int _names;

    public void Run()
    {
        Lifecycles(commands);
        BecomeAvailable();
        TimeOut();
        ChangeAttributes();
        LeaveAndReturn();
        for (var sweep = 0; sweep < SweepsPerRound; sweep++)
        {
            ChangeQueue();
            ChangeChannels();
            ChangeWorkspace();
        }
    }

    /// <summary>Tasks that find somebody at once, are accepted and completed; then they are forgotten.</summary>
    public void Lifecycles(int count)
    {
        for (var index = 0; index < count; index++)
        {
            if (CreateMatched() is { } reservation)
            {
                Step(2);
                world.Measure(
                    new UpdateReservation(reservation.Sid, ReservationStatus.Accepted), _ => Kinds.Accept);
                Step(3);
                world.Measure(
                    new UpdateTask(reservation.TaskSid, AssignmentStatus: AssignmentStatus.Completed),
                    _ => Kinds.Complete);
            }
        }

        world.Pass(TimeSpan.FromMinutes(10));
        while (world.Router.NextDeadline <= world.Now)
        {
            world.MeasureOneDeadline(_ => Kinds.Deadline);
        }
    }

    // In a queue that nobody is free for the task would wait: that does not count, and the task goes again.
    private Reservation? CreateMatched()
    {
        Step(1);
        var queue = world.AwakeQueues[world.Crew.Next(world.AwakeQueues.Count)];
        world.Measure(
            world.NewTask(queue), changes => changes.Reservations.Written.Count > 0 ? Kinds.CreateAndMatch : null);
        var reservation = world.Changes.Reservations.Written.Values.SingleOrDefault();
        if (reservation is null)
        {
            world.Apply(new UpdateTask(
                world.Changes.Tasks.Written.Keys.Single(), AssignmentStatus: AssignmentStatus.Canceled));
        }

        return reservation;
    }

    private void BecomeAvailable()
    {
        for (var index = 0; index < commands; index++)
        {
            Step(1);
            var worker = Any(world.AsleepWorkers);
            world.Measure(
                new UpdateWorker(worker, ActivitySid: world.Available),
                changes => changes.Reservations.Written.Count > 0 ? Kinds.AvailableAndMatched : null);
            Step(1);
            if (world.Changes.Reservations.Written.Values.SingleOrDefault() is { } reservation)
            {
                world.Measure(
                    new UpdateReservation(reservation.Sid, ReservationStatus.Rejected, world.Offline),
                    _ => Kinds.Reject);
            }
            else
            {
                world.Apply(new UpdateWorker(worker, ActivitySid: world.Offline));
            }
        }
    }

    private void TimeOut()
    {
        var tasks = new List<Sid>();
        for (var index = 0; index < commands / 4; index++)
        {
            if (CreateMatched() is { } reservation)
            {
                tasks.Add(reservation.TaskSid);
            }
        }

        var away = new List<Sid>();
        world.Pass(TimeSpan.FromSeconds(Workflow.DefaultReservationTimeoutSeconds));
        while (world.Router.NextDeadline <= world.Now)
        {
            // Deadlines that the records have outlived come up too, and do nothing.
            world.MeasureOneDeadline(changes => changes.Workers.Written.Count > 0 ? Kinds.Timeout : null);
            away.AddRange(world.Changes.Workers.Written.Values
                .Where(worker => worker.ActivitySid == world.Offline).Select(worker => worker.Sid));
        }

        tasks.ForEach(task => world.Apply(new UpdateTask(task, AssignmentStatus: AssignmentStatus.Canceled)));
        away.ForEach(worker => world.Apply(new UpdateWorker(worker, ActivitySid: world.Available)));
    }

    private void ChangeAttributes()
    {
        for (var index = 0; index < commands; index++)
        {
            Step(1);
            world.Measure(
                new UpdateWorker(Any(world.AwakeWorkers), Attributes: world.Crew.Worker(isAwake: true)),
                _ => Kinds.Attributes);
        }
    }

    private void LeaveAndReturn()
    {
        var first = world.Crew.Next(Math.Max(1, world.AwakeWorkers.Count - ActivityChanges));
        var workers = world.AwakeWorkers.Skip(first).Take(ActivityChanges).ToList();
        Step(1);
        workers.ForEach(worker =>
            world.Measure(new UpdateWorker(worker, ActivitySid: world.Offline), _ => Kinds.Leave));
        Step(1);
        workers.ForEach(worker =>
            world.Measure(new UpdateWorker(worker, ActivitySid: world.Available), _ => Kinds.Return));
    }

    private void ChangeQueue()
    {
        Step(1);
        var queue = world.AsleepQueues[world.Crew.Next(world.AsleepQueues.Count)];
        world.Measure(
            new UpdateTaskQueue(queue.Sid, TargetWorkers: $"{queue.TargetWorkers} AND level != {100 + _names++}"),
            _ => Kinds.QueueExpression);
        world.Apply(new UpdateTaskQueue(queue.Sid, TargetWorkers: queue.TargetWorkers));
    }

    private void ChangeChannels()
    {
        Step(1);
        world.Measure(new CreateTaskChannel("Extra", $"extra{_names++}", false), _ => Kinds.NewChannel);
        var channel = world.Changes.TaskChannels.Written.Keys.Single();
        world.Measure(new DeleteTaskChannel(channel), _ => Kinds.DeleteChannel);
        world.Measure(new UpdateTaskChannel(world.DefaultChannel, null, true), _ => Kinds.ChannelRouting);
        world.Measure(new UpdateTaskChannel(world.DefaultChannel, null, false), _ => Kinds.ChannelRouting);
    }

    private void ChangeWorkspace()
    {
        Step(1);
        world.Measure(new UpdateActivity(world.Available, $"Available {_names++}"), _ => Kinds.RenameActivity);
        var workflow = world.WorkflowOf(world.AsleepQueues[0]);
        var configuration = world.Router.Everything().Workflows.Written[workflow].Configuration;
        world.Measure(
            new UpdateWorkflow(workflow, Configuration: configuration + " ", ReEvaluateTasks: true),
            _ => Kinds.ReEvaluate);
    }

    private Sid Any(List<Sid> sids) => sids[world.Crew.Next(sids.Count)];

    private void Step(int milliseconds) => world.Pass(TimeSpan.FromMilliseconds(milliseconds));
}
