using Shouldly;
using TaskRouter.Engine.Expressions;
using Xunit;

namespace TaskRouter.Engine.Tests.Expressions;

public sealed class OrderByTests
{
    [Theory]
    [InlineData("worker.level DESC", "3 2 1 - text")]
    [InlineData("worker.level ASC", "1 2 3 - text")]
    [InlineData("worker.level", "1 2 3 - text")]
    [InlineData("level DESC", "2 - 3 text 1")]
    [InlineData("worker.name DESC", "2 - 3 text 1")]
    [InlineData("worker.nosuch ASC, worker.level desc", "3 2 1 - text")]
    [InlineData("worker.half ASC, worker.level ASC", "1 2 3 - text")]
    [InlineData("worker.parity ASC, worker.level DESC", "2 - 3 1 text")]
    [InlineData("worker.deep.rank[0] ASC", "3 1 2 - text")]
    public void Workers_stand_in_order(string text, string expected)
    {
        WorkerDocument[] workers =
        [
            Named("2", """{"level":2,"parity":0,"half":1.5,"name":"b","deep":{"rank":[3]}}"""),
            Named("-", """{"parity":0,"half":0.5}"""),
            Named("3", """{"level":3,"parity":1,"half":1.0,"name":"a","deep":{"rank":[1]}}"""),
            Named("text", """{"level":"9"}"""),
            Named("1", """{"level":1,"parity":1,"deep":{"rank":[2]}}"""),
        ];
        var orderBy = Parse(text);

        var sorted = workers.OrderBy(worker => worker, Comparer<WorkerDocument>.Create(orderBy.Compare));

        string.Join(' ', sorted.Select(worker => worker.FriendlyName)).ShouldBe(expected);
    }

    [Fact]
    public void Integers_beyond_the_precision_of_doubles_sort()
    {
        var smaller = Samples.Worker("""{"n":9007199254740992}""");
        var greater = Samples.Worker("""{"n":9007199254740993}""");

        Parse("worker.n ASC").Compare(smaller, greater).ShouldBeLessThan(0);
        Parse("worker.n DESC").Compare(smaller, greater).ShouldBeGreaterThan(0);
        Parse("worker.n DESC").Compare(greater, greater).ShouldBe(0);
    }

    [Fact]
    public void Channels_sort_and_are_known_to()
    {
        var busy = Samples.Worker("{}");
        var idle = Samples.Worker("{}");
        idle.Channels[1].ActiveTasks = 0;
        var orderBy = Parse("worker.channel.voice.available_capacity_percentage DESC");

        orderBy.UsesWorkerChannels.ShouldBeTrue();
        orderBy.Compare(idle, busy).ShouldBeLessThan(0);
        Parse("worker.level").UsesWorkerChannels.ShouldBeFalse();
    }

    [Fact]
    public void Comparing_allocates_nothing()
    {
        var orderBy = Parse("worker.level DESC, worker.channel.voice.assigned_tasks ASC, worker.sid");
        var x = Samples.Worker("""{"level":2}""");
        var y = Samples.Worker("""{"level":2}""");
        orderBy.Compare(x, y).ShouldBe(0);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1_000; round++)
        {
            orderBy.Compare(x, y);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static OrderBy Parse(string text) => OrderBy.TryParse(text, out var orderBy, out var error)
        ? orderBy
        : throw new InvalidDataException(error);

    private static WorkerDocument Named(string name, string attributes)
    {
        var worker = Samples.Worker(attributes);
        worker.FriendlyName = name;
        return worker;
    }
}
