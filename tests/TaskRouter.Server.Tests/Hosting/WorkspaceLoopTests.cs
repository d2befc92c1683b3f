using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Hosting;
using TaskRouter.Server.Tests.Callbacks;
using Xunit;

namespace TaskRouter.Server.Tests.Hosting;

/// <summary>What a loop applies while its disk is busy, and what becomes of it.</summary>
public sealed class WorkspaceLoopTests : IAsyncLifetime
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CallbackScene _scene = null!;

    private WorkspaceLoop Loop => _scene.Loop;

    public async ValueTask InitializeAsync() => _scene = await CallbackScene.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _gate.TrySetResult();
        await _scene.DisposeAsync();
    }

    [Fact]
    public async Task What_is_applied_during_a_save_neither_shows_nor_is_answered_before_it_is_saved_too()
    {
        _scene.Store.Gate = _gate.Task;
        var first = await BeginAsync("first");
        var second = await BeginAsync("second");
        var taken = await BeginAsync("first");
        await Task.Delay(50, TestContext.Current.CancellationToken);

        first.IsCompleted.ShouldBeFalse();
        second.IsCompleted.ShouldBeFalse();
        taken.IsCompleted.ShouldBeFalse("its refusal rests on what is not on disk");
        Names().ShouldNotContain("first");

        _gate.SetResult();
        (await first).FriendlyName.ShouldBe("first");
        (await second).FriendlyName.ShouldBe("second");
        (await taken.ShouldThrowAsync<Refusal>()).Status.ShouldBe(400);
        Names().ShouldBe(["first", "second"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_applied_during_a_save_is_made_ready_for_the_next_one()
    {
        _scene.Store.MadeBefore.Clear();
        _scene.Store.Gate = _gate.Task;
        var first = await BeginAsync("first");
        var second = await BeginAsync("second");
        var third = await BeginAsync("third");
        await Task.Delay(50, TestContext.Current.CancellationToken);

        _gate.SetResult();
        await Task.WhenAll(first, second, third);

        _scene.Store.MadeBefore.ShouldBe([0, 2]);
    }

    [Fact]
    public async Task A_failed_save_fails_what_was_applied_after_it_and_both_can_be_done_again()
    {
        _scene.Store.Gate = _gate.Task;
        _scene.Store.FailNextSave();
        var first = await BeginAsync("first");
        var second = await BeginAsync("second");
        var taken = await BeginAsync("first");

        _gate.SetResult();
        foreach (var command in new[] { first, second, taken })
        {
            await command.ShouldThrowAsync<WorkspaceUnavailableException>();
        }

        (await (await BeginAsync("second"))).FriendlyName.ShouldBe("second");
        (await (await BeginAsync("first"))).FriendlyName.ShouldBe("first");
        Names().ShouldBe(["first", "second"], ignoreOrder: true);
    }

    [Fact]
    public async Task Whoever_comes_during_the_deletion_of_a_workspace_does_not_find_it()
    {
        var turnedAway = 0L;
        using var listener = ListenForTurnedAway(count => Interlocked.Add(ref turnedAway, count));
        _scene.Store.Gate = _gate.Task;
        var deletion = Loop.ExecuteAsync(new DeleteWorkspace());
        var late = await BeginAsync("late");
        late.IsCompleted.ShouldBeFalse();

        _gate.SetResult();
        await deletion;
        (await late.ShouldThrowAsync<Refusal>()).Status.ShouldBe(404);
        await Loop.Completion;
        (await Loop.ExecuteAsync(new CreateTaskQueue("later")).ShouldThrowAsync<Refusal>()).Status.ShouldBe(404);
        Interlocked.Read(ref turnedAway).ShouldBe(0, "there was room for them");
    }

    [Fact]
    public async Task Whoever_finds_no_room_is_counted()
    {
        var turnedAway = 0L;
        using var listener = ListenForTurnedAway(count => Interlocked.Add(ref turnedAway, count));
        _scene.Store.Gate = _gate.Task;
        await BeginAsync("first");
        List<Task> rest = [];
        while (Loop.Waiting < WorkspaceLoop.InboxMax)
        {
            while (Loop.Waiting < WorkspaceLoop.InboxMax)
            {
                rest.Add(Loop.ExecuteAsync(new CreateTaskQueue("first")));
            }

            // The loop still takes some of them.
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        var before = Interlocked.Read(ref turnedAway);

        await Loop.ExecuteAsync(new CreateTaskQueue("last")).ShouldThrowAsync<WorkspaceUnavailableException>();

        Interlocked.Read(ref turnedAway).ShouldBe(before + 1);
        _gate.SetResult();
        foreach (var command in rest)
        {
            await command.ShouldThrowAsync<Exception>();
        }
    }

    [Fact]
    public async Task The_server_is_not_ready_while_a_workspace_is_loaded_again()
    {
        var directory = _scene.Services.GetRequiredService<WorkspaceDirectory>();
        directory.IsReady.ShouldBeTrue();
        _scene.Store.TakeGate = _gate.Task;
        _scene.Store.FailNextSave();

        await Loop.ExecuteAsync(new CreateTaskQueue("first")).ShouldThrowAsync<WorkspaceUnavailableException>();
        directory.IsReady.ShouldBeFalse();

        _gate.SetResult();
        await Loop.ExecuteAsync(new CreateTaskQueue("first"));
        directory.IsReady.ShouldBeTrue();
    }

    private MeterListener ListenForTurnedAway(Action<long> counted)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "taskrouter.commands"
                    && instrument.Meter.Scope == _scene.Services.GetRequiredService<IMeterFactory>())
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            if (tags[0].Value is "turned_away")
            {
                counted(count);
            }
        });
        listener.Start();
        return listener;
    }

    [Fact]
    public async Task A_disk_that_stands_still_holds_up_commands_in_the_inbox_and_not_in_memory()
    {
        _scene.Store.Gate = _gate.Task;
        var first = await BeginAsync("first");
        var rest = Enumerable.Range(1, WorkspaceLoop.BatchMax + 88)
            .Select(number => Loop.ExecuteAsync(new CreateTaskQueue($"queue {number}")))
            .ToList();
        await UntilWaitingAsync(88);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Loop.Waiting.ShouldBe(88);

        _gate.SetResult();
        await first;
        (await Task.WhenAll(rest)).Length.ShouldBe(WorkspaceLoop.BatchMax + 88);
    }

    /// <summary>Answers when the loop has taken the command, which then waits for the disk.</summary>
    private async Task<Task<TaskQueue>> BeginAsync(string name)
    {
        var command = Loop.ExecuteAsync(new CreateTaskQueue(name));
        await UntilWaitingAsync(0);
        return command;
    }

    private async Task UntilWaitingAsync(int count)
    {
        while (Loop.Waiting != count)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    private IEnumerable<string> Names() =>
        _scene.View.TaskQueues.InOrder.After(null).Select(queue => queue.FriendlyName);
}
