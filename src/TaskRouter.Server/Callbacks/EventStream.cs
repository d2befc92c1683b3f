using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Callbacks;

/// <summary>
/// One workspace's place in its event log: a handful of numbers, however far its receiver is behind. Told of commits by
/// the loop, moved by at most one turn at a time.
/// </summary>
internal sealed class EventStream(WorkspaceLoop loop)
{
    private readonly Lock _lock = new();
    private bool _isOpen;
    private bool _wasOpen;
    private bool _isTaken;
    private bool _isUnsaved;
    private long _newest;
    private long _delivered;
    private DateTimeOffset? _oldest;
    private int _replays;
    private int _failures;
    private bool _isStopped;
    private DateTimeOffset? _failingSince;
    private DateTimeOffset _retryAt;
    private string _failedUrl = "";
    private CallbackFailure? _lastFailure;

    public WorkspaceLoop Loop { get; } = loop;

    /// <summary>The workspace as it is now, while it is served here and wants events.</summary>
    public Workspace? Receiver =>
        !Loop.Completion.IsCompleted && Loop.View.Workspace is { EventCallbackUrl.Length: > 0 } workspace
            ? workspace
            : null;

    public bool IsOpen
    {
        get
        {
            lock (_lock)
            {
                return _isOpen;
            }
        }
    }

    /// <summary>The workspace was read from disk: what memory knew of its log may be wrong.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isOpen = false;
        }
    }

    /// <summary>Takes up what the disk has: the log's end and, the first time, the position.</summary>
    public void Open(EventDelivery? onDisk, long newest)
    {
        lock (_lock)
        {
            if (onDisk is not null && !_wasOpen)
            {
                (_delivered, _isStopped, _failingSince) =
                    (onDisk.DeliveredSequence, onDisk.IsStopped, onDisk.FailingSince);
            }

            _newest = Math.Max(_newest, newest);
            _isOpen = _wasOpen = true;
        }
    }

    /// <summary>More has happened: the first of it at this time, the last with this number.</summary>
    public void Note(long newest, DateTimeOffset since)
    {
        lock (_lock)
        {
            _oldest = _isOpen && Backlog().Events == 0 ? since : _oldest ?? since;
            _newest = Math.Max(_newest, newest);
        }
    }

    /// <summary>The event to be told next is as old as this.</summary>
    public void Reach(DateTimeOffset at)
    {
        lock (_lock)
        {
            _oldest = at;
        }
    }

    /// <summary>How many events are not told yet, filtered ones among them, and since when.</summary>
    public (long Events, DateTimeOffset? Since) Backlog()
    {
        lock (_lock)
        {
            var told = Receiver is { } workspace ? Math.Max(_delivered, workspace.EventsSince - 1) : _newest;
            var events = Math.Max(0, _newest - told);
            return (events, events > 0 ? _failingSince ?? _oldest : null);
        }
    }

    /// <summary>
    /// True when there is something to send now; the caller then owns the turn until <see cref="Release"/>.
    /// </summary>
    public bool TryTake(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_isTaken
                || _isStopped
                || Receiver is not { } workspace
                || (now < _retryAt && workspace.EventCallbackUrl == _failedUrl)
                || (_isOpen && Math.Max(_delivered, workspace.EventsSince - 1) >= _newest))
            {
                return false;
            }

            _isTaken = true;
            return true;
        }
    }

    public void Release()
    {
        lock (_lock)
        {
            _isTaken = false;
        }
    }

    /// <summary>What is to be told next, and the mark that <see cref="Advance"/> asks for.</summary>
    public (long After, long Newest, int Replays) Position(Workspace workspace)
    {
        lock (_lock)
        {
            return (Math.Max(_delivered, workspace.EventsSince - 1), _newest, _replays);
        }
    }

    /// <summary>False when a replay was asked for meanwhile: this turn's place is no longer the right one.</summary>
    public bool Advance(long sequence, int replays)
    {
        lock (_lock)
        {
            if (replays != _replays)
            {
                return false;
            }

            (_delivered, _failures, _failingSince, _lastFailure, _retryAt) = (sequence, 0, null, null, default);
            _isUnsaved = true;
            return true;
        }
    }

    /// <summary>The next event could not be told. Returns the pause before the next try; null for none.</summary>
    public TimeSpan? Fail(
        CallbackFailure failure, string url, int replays, DateTimeOffset now, EventCallbackOptions options)
    {
        lock (_lock)
        {
            if (replays != _replays)
            {
                return TimeSpan.Zero;
            }

            _isUnsaved |= _failingSince is null;
            (_lastFailure, _failedUrl) = (failure, url);
            _failingSince ??= now;
            if (now - _failingSince >= options.FailureMax)
            {
                _isStopped = _isUnsaved = true;
                return null;
            }

            var pause = PauseAfter(_failures++, options);
            _retryAt = now + pause;
            return pause;
        }
    }

    /// <summary>Starts again with this event, whatever has become of it before.</summary>
    public EventDelivery Replay(EventRecord from)
    {
        lock (_lock)
        {
            _replays++;
            (_delivered, _isStopped, _failingSince, _lastFailure, _failures, _retryAt) =
                (from.Sequence - 1, false, null, null, 0, default);
            return Row();
        }
    }

    /// <summary>The position to be written, when it has changed since the last time.</summary>
    public EventDelivery? TakeUnsaved()
    {
        lock (_lock)
        {
            if (!_isUnsaved)
            {
                return null;
            }

            _isUnsaved = false;
            return Row();
        }
    }

    /// <summary>Writing has failed.</summary>
    public void KeepUnsaved()
    {
        lock (_lock)
        {
            _isUnsaved = true;
        }
    }

    public EventDeliveryStatus Status()
    {
        lock (_lock)
        {
            return new EventDeliveryStatus(Row(), _lastFailure);
        }
    }

    // Half of it by chance, so that many who have lost one receiver do not come back together.
    private static TimeSpan PauseAfter(int failures, EventCallbackOptions options)
    {
        var pause = options.RetryPauseMin * Math.Pow(2, Math.Min(failures, 30));
        pause = pause < options.RetryPauseMax ? pause : options.RetryPauseMax;
        return pause * (0.5 + (Random.Shared.NextDouble() / 2));
    }

    private EventDelivery Row() => new()
    {
        WorkspaceSid = Loop.Sid,
        DeliveredSequence = _delivered,
        FailingSince = _failingSince,
        IsStopped = _isStopped,
    };
}

/// <param name="LastFailure">Of the event that is being tried; null when none is failing, or nobody remembers.</param>
internal sealed record EventDeliveryStatus(EventDelivery Delivery, CallbackFailure? LastFailure);
