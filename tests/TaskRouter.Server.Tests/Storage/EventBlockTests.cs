using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;
using TaskRouter.Server.Storage;
using Xunit;

namespace TaskRouter.Server.Tests.Storage;

/// <summary>Blocks of events as bytes, and back.</summary>
public class EventBlockTests
{
    private readonly Filled _filled = new();

    [Fact]
    public void Events_of_every_type_come_back_with_the_data_that_is_sent()
    {
        var (blocks, rows) = Packed([.. EventGroupsOfType.Types.Select(_filled.Everything)]);

        blocks.SelectMany(block => EventBlockFormat.Read(block)).ShouldBe(rows);
    }

    [Fact]
    public void Data_that_nobody_asks_for_is_passed_over_and_what_refers_to_it_is_not()
    {
        var (blocks, rows) = Packed([.. EventGroupsOfType.Types.Select(_filled.Everything)]);

        for (var each = 0; each < rows.Count; each += 7)
        {
            var wanted = rows[each].Sid;
            var read = blocks.SelectMany(block => EventBlockFormat.Read(block, row => row.Sid == wanted));

            read.ShouldBe(rows.Select(row => row.Sid == wanted ? row : row with { EventData = "" }));
        }
    }

    [Fact]
    public void Numbers_below_zero_and_values_that_are_not_there_come_back()
    {
        var happened = _filled.Everything(EventTypes.TaskQueueMoved) with
        {
            PreviousPriority = int.MinValue,
            TargetChangedReason = null,
            Actor = null,
            Workflow = null,
        };

        var (blocks, rows) = Packed([happened, happened with { PreviousPriority = -1, Sequence = 2 }]);

        rows[0].EventData.ShouldContain("\"previous_task_priority\":\"-2147483648\"");
        blocks.SelectMany(block => EventBlockFormat.Read(block)).ShouldBe(rows);
    }

    [Fact]
    public void Events_repeat_each_other_in_a_few_bytes()
    {
        var one = _filled.Everything(EventTypes.ReservationCreated);
        var many = Enumerable.Range(1, EventBlock.EventsMax)
            .Select(each => one with { Sequence = each, Sid = _filled.Sid(SidKind.Event) });

        var (single, pack) = (Written(one), Packed([.. many]).Blocks);

        pack.ShouldHaveSingleItem().Data.Length.ShouldBeLessThan(single.Length + (48 * EventBlock.EventsMax));
    }

    // Written by the version before this format.
    [Fact]
    public void A_block_that_has_its_events_data_as_json_is_still_read()
    {
        const string Bytes =
            "3QIAAANuAQCAqqqq6t8dICAA4hABEKc4BYCDxNXAQdTUTFXN4pBgEOAnP8QhAMIBAhzAQBfRAIV0NzNQU/eAgICAe5zjGABx"
            + "iGtcjnnOa17ycMxDXDIBct12OECtgJs5uM89Pj4SiUaruT0SCZGom5PjbA1FpPZMbxeHw+Xp29nH9Ph4trT//r+ePPTxO8W5"
            + "jaQTudNVT0GfNZsZi8ZV8/Xz8+V+cTG9B+uI5XKOc5yzwwFel6vJZDT+fv05z7/9fp9M+AM6578OnoD21KU2PQ4ENQzy9xZ/"
            + "QQZjcFDD4haZzpmsDGPcSERRca98KXhhckSHDjLQ1va7LrWjzC00V8hyXpRCqkob68hzDYHM0o1x0JaEKKsbr7iKopCIqBgv"
            + "fKWEZIWzQjFhqZ3eLg5yvdkWKMvE0WhjGFLoO6jhFVsWZBBp7HfRUuzqU6Tcslqi3okVOcM9z5kjQ94XkEEKWxqT3g5QA5NV"
            + "KaqcCwXFrO12rJedKQnhvVJs3c6h3+E2NmqzATq+dUoxmF0iM9CnNbSBuYZ6DXf9j881PHfnp01hH9Kjd+AGcRVlLhFZZYRy"
            + "qizR8FIqY5BYy8PlYEAN195vQkdNyd5THEPfQQ0IzwM=";
        var block = new EventBlock
        {
            WorkspaceSid = _filled.WorkspaceSid,
            FirstSequence = 11,
            LastSequence = 11,
            At = DateTimeOffset.FromUnixTimeMilliseconds(1_795_692_368_187),
            FirstEventSid = default,
            Data = Convert.FromBase64String(Bytes),
        };

        var read = EventBlockFormat.Read(block).ShouldHaveSingleItem();

        (read.Sequence, read.Type, read.Description).ShouldBe((11, EventTypes.WorkerCreated, "Worker Al created"));
        read.Sid.ToString().ShouldBe("EV01a2179b113b700693f8f5634b200d0d");
        read.WorkerSid.ToString().ShouldBe("WK01a2179b113b70009edb3f321debeff4");
        (read.SourceIpAddress, read.TaskSid).ShouldBe(("127.0.0.1", null));
        read.EventData.ShouldStartWith("{\"event_type\":\"worker.created\",\"sid\":\"EV01a2179b113b7006");
        read.EventData.ShouldContain(@"""worker_attributes"":""{\""name\"":\""Zoë\""}""");
        EventBlockFormat.Read(block, _ => false).ShouldBe([read with { EventData = "" }]);
    }

    [Fact]
    public void A_block_of_a_later_format_is_refused()
    {
        var block = Packed([_filled.Everything(EventTypes.TaskCreated)]).Blocks[0];
        var later = new EventBlock
        {
            WorkspaceSid = block.WorkspaceSid,
            FirstSequence = 1,
            LastSequence = 1,
            At = block.At,
            FirstEventSid = block.FirstEventSid,
            Data = PackedBytes.Pack([EventBlockFormat.Current + 1]),
        };

        Should.Throw<InvalidDataException>(() => EventBlockFormat.Read(later));
    }

    private static byte[] Written(RoutingEvent happened) => Packed([happened]).Blocks[0].Data;

    private static (List<EventBlock> Blocks, List<EventRecord> Rows) Packed(List<RoutingEvent> events)
    {
        using var wire = new EventWire();
        var (blocks, rows) = (new EventBlockBuilder(), new List<EventRecord>());
        for (var each = 0; each < events.Count; each++)
        {
            var happened = events[each] with { Sequence = each + 1, Workspace = events[0].Workspace };
            rows.Add(EventRecord.Of(happened) with { EventData = wire.Write(happened) });
            if (each % 5 == 4)
            {
                // As of a version that packed no events.
                blocks.Add(rows[^1]);
            }
            else
            {
                blocks.Add(happened);
            }
        }

        return (blocks.Finish(), rows);
    }
}
