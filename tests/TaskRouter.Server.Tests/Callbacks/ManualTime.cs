namespace TaskRouter.Server.Tests.Callbacks;

/// <summary>A clock that stands still until a test moves it, and tells when somebody begins to wait.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _armed = [];
    private readonly List<(TimeSpan Wait, TaskCompletionSource Armed)> _watchers = [];
    private DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    /// <summary>Completes when the next timer of exactly this length is set.</summary>
    public Task NextWaitOf(TimeSpan wait)
    {
        lock (_lock)
        {
            var armed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _watchers.Add((wait, armed));
            return armed.Task;
        }
    }

    public void Advance(TimeSpan by)
    {
        List<ManualTimer> due;
        lock (_lock)
        {
            _now += by;
            due = [.. _armed.Where(timer => timer.Due <= _now)];
            due.ForEach(timer => _armed.Remove(timer));
        }

        due.ForEach(timer => timer.Fire());
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private void Arm(ManualTimer timer, TimeSpan wait)
    {
        lock (_lock)
        {
            _armed.Remove(timer);
            if (wait == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            timer.Due = _now + wait;
            _armed.Add(timer);
            foreach (var watcher in _watchers.Where(watcher => watcher.Wait == wait).ToList())
            {
                _watchers.Remove(watcher);
                watcher.Armed.SetResult();
            }
        }
    }

    /// <summary>One shot only: nothing under test repeats.</summary>
    private sealed class ManualTimer(ManualTime time, Action fire) : ITimer
    {
        public DateTimeOffset Due { get; set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time.Arm(this, dueTime);
            return true;
        }

        public void Dispose() => time.Arm(this, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
