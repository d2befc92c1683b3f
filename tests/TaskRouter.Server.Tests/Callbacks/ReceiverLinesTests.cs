using Shouldly;
using TaskRouter.Server.Callbacks;
using Xunit;

namespace TaskRouter.Server.Tests.Callbacks;

public sealed class ReceiverLinesTests
{
    [Fact]
    public void Calls_to_one_receiver_are_made_in_order() =>
        TakeAll(Filled(callsMax: 100, perReceiver: 10, ("a", 3))).ShouldBe(["a0", "a1", "a2"]);

    [Fact]
    public void Receivers_are_served_in_turn() =>
        TakeAll(Filled(callsMax: 100, perReceiver: 10, ("a", 3), ("b", 1), ("c", 2)))
            .ShouldBe(["a0", "b0", "c0", "a1", "c1", "a2"]);

    [Fact]
    public void A_receiver_has_no_more_calls_under_way_than_its_maximum()
    {
        var lines = Filled(callsMax: 100, perReceiver: 2, ("a", 5), ("b", 1));
        TakeAll(lines).ShouldBe(["a0", "b0", "a1"]);

        lines.Release("a");

        TakeAll(lines).ShouldBe(["a2"]);
    }

    [Fact]
    public void Slow_receivers_leave_places_for_the_next_one()
    {
        var slow = Enumerable.Range(0, 20).Select(index => ($"slow{index}", 1_000)).ToArray();
        var lines = Filled(callsMax: 256, perReceiver: 32, slow);
        TakeAll(lines).Count.ShouldBeLessThan(256);

        lines.Add("healthy", "healthy");

        TakeAll(lines).ShouldBe(["healthy"]);
    }

    [Fact]
    public void One_receiver_alone_gets_its_maximum() =>
        TakeAll(Filled(callsMax: 256, perReceiver: 32, ("a", 1_000))).Count.ShouldBe(32);

    [Fact]
    public void There_are_never_more_calls_than_places()
    {
        var many = Enumerable.Range(0, 50).Select(index => ($"r{index}", 10)).ToArray();
        var lines = Filled(callsMax: 8, perReceiver: 4, many);
        TakeAll(lines).Count.ShouldBe(8);

        lines.Release("r0");

        TakeAll(lines).Count.ShouldBe(1);
    }

    [Fact]
    public void A_single_place_serves_everybody_one_after_another()
    {
        var lines = Filled(callsMax: 1, perReceiver: 1, ("a", 2), ("b", 1));
        var made = new List<string>();
        while (lines.TryTake(out var call, out var receiver))
        {
            made.Add(call);
            lines.TryTake(out _, out _).ShouldBeFalse();
            lines.Release(receiver);
        }

        made.ShouldBe(["a0", "b0", "a1"]);
    }

    [Fact]
    public void Once_closed_nothing_is_taken_and_the_end_comes_with_the_last_release()
    {
        var lines = Filled(callsMax: 1, perReceiver: 1, ("a", 2));
        TakeAll(lines).ShouldBe(["a0"]);

        var idle = lines.Close();

        idle.IsCompleted.ShouldBeFalse();
        lines.Release("a");
        idle.IsCompleted.ShouldBeTrue();
        TakeAll(lines).ShouldBeEmpty();
    }

    private static ReceiverLines<string> Filled(
        int callsMax, int perReceiver, params (string Receiver, int Calls)[] waiting)
    {
        var lines = new ReceiverLines<string>(callsMax, perReceiver);
        foreach (var (receiver, calls) in waiting)
        {
            for (var index = 0; index < calls; index++)
            {
                lines.Add(receiver, $"{receiver}{index}");
            }
        }

        return lines;
    }

    private static List<string> TakeAll(ReceiverLines<string> lines)
    {
        var taken = new List<string>();
        while (lines.TryTake(out var call, out _))
        {
            taken.Add(call);
        }

        return taken;
    }
}
