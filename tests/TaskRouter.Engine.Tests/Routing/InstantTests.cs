using Shouldly;
using TaskRouter.Engine.Model;
using Xunit;

namespace TaskRouter.Engine.Tests.Routing;

public sealed class InstantTests
{
    [Fact]
    public void An_instant_is_the_moment_that_it_was_made_of()
    {
        var moment = new DateTimeOffset(2026, 3, 1, 12, 30, 15, 7, TimeSpan.Zero);
        foreach (var one in new[] { moment, DateTimeOffset.MinValue, DateTimeOffset.MaxValue })
        {
            ((DateTimeOffset)(Instant)one).ShouldBe(one);
            ((DateTimeOffset?)(Instant)one).ShouldBe(one);
        }

        // Whatever the offset it was said with.
        Instant same = moment.ToOffset(TimeSpan.FromHours(2));
        same.ShouldBe((Instant)moment);
        ((DateTimeOffset)same).Offset.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void No_moment_stays_none()
    {
        ((DateTimeOffset?)(Instant)(DateTimeOffset?)null).ShouldBeNull();
        ((DateTimeOffset?)default(Instant)).ShouldBeNull();
        ((DateTimeOffset)default(Instant)).ShouldBe(default);
    }

    [Fact]
    public void Records_are_equal_and_copied_by_what_their_instants_say()
    {
        var now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        var task = new RoutingTask
        {
            Sid = new Sid(SidKind.Task, 1, 1),
            WorkspaceSid = new Sid(SidKind.Workspace, 1, 1),
            TaskChannelSid = new Sid(SidKind.TaskChannel, 1, 1),
            VirtualStartAt = now,
            CreatedAt = now,
            UpdatedAt = now,
        };
        (task with { ExpiresAt = now }).ShouldNotBe(task);
        (task with { ExpiresAt = now } with { ExpiresAt = null }).ShouldBe(task);
        (task with { ExpiresAt = now }).ExpiresAt.ShouldBe(now);
    }
}
