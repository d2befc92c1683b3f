using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using Xunit;

namespace TaskRouter.Engine.Tests.Routing;

public sealed class DeadlineQueueTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 9, 0, 0, TimeSpan.Zero);

    private readonly DeadlineQueue _queue = new();

    [Fact]
    public void Deadlines_come_in_order_of_time_while_others_are_left_out()
    {
        var random = new Random(1);
        var live = new HashSet<Sid>();
        for (var number = 0; number < 5_000; number++)
        {
            var sid = new Sid(SidKind.Task, 1, (ulong)number);
            _queue.Add(DeadlineKind.TaskTimeToLive, sid, Start.AddSeconds(random.Next(1_000)));
            if (random.Next(3) == 0)
            {
                live.Add(sid);
            }

            _queue.Thin(deadline => live.Contains(deadline.Sid));
        }

        _queue.All.Count().ShouldBeLessThan(2 * live.Count);
        var taken = TakeAll(Start.AddSeconds(1_000));
        taken.ShouldBe(taken.Order());
        taken.Select(deadline => deadline.Sid).Where(live.Contains).ShouldBe(live, ignoreOrder: true);
    }

    [Fact]
    public void Outlived_deadlines_do_not_pile_up_and_no_single_look_is_long()
    {
        const int Live = 2_000;
        var first = 0;
        for (var number = 0; number < 20 * Live; number++)
        {
            first = Math.Max(0, number - Live);
            var looks = 0;
            _queue.Add(DeadlineKind.TaskTimeToLive, new Sid(SidKind.Task, 1, (ulong)number), Start.AddDays(1));
            _queue.Thin(deadline =>
            {
                looks++;
                return deadline.Sid.Low >= (ulong)first;
            });

            looks.ShouldBeLessThanOrEqualTo(2);
        }

        _queue.All.Count().ShouldBeLessThan(3 * Live);
    }

    [Fact]
    public void Nothing_is_due_before_its_time()
    {
        var task = new Sid(SidKind.Task, 1, 1);
        _queue.Rebuild([
            new Deadline(Start.AddSeconds(2), DeadlineKind.TaskRemoval, task),
            new Deadline(Start.AddSeconds(1), DeadlineKind.WorkflowStep, task),
        ]);

        _queue.Next.ShouldBe(Start.AddSeconds(1));
        TakeAll(Start).ShouldBeEmpty();
        TakeAll(Start.AddSeconds(1)).ShouldHaveSingleItem().Kind.ShouldBe(DeadlineKind.WorkflowStep);
        _queue.Next.ShouldBe(Start.AddSeconds(2));
    }

    private List<Deadline> TakeAll(DateTimeOffset now)
    {
        var taken = new List<Deadline>();
        while (_queue.TryTake(now, out var deadline))
        {
            taken.Add(deadline);
        }

        return taken;
    }
}
