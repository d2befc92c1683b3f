using System.Threading.Channels;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Storage;
using TaskRouter.Server.Telemetry;

namespace TaskRouter.Server.Hosting;

/// <summary>
/// The single writer of one workspace. It takes whatever commands have arrived and whatever deadlines are due, applies
/// them, saves all they changed in one transaction, publishes it, and only then answers. While one batch is on its way
/// to disk the next one is applied in memory, and is saved as soon as the one before it has been.
/// </summary>
internal sealed partial class WorkspaceLoop
{
    /// <summary>
    /// Commands waiting at most; one more is refused with 503, so that a stalled disk cannot fill memory.
    /// </summary>
    public const int InboxMax = 10_000;

    /// <summary>Commands in one transaction at most, so that one batch's answers do not wait for ever.</summary>
    public const int BatchMax = 512;

    /// <summary>One batch in so many is checked against the router's invariants before it is saved.</summary>
    private const int BatchesPerCheck = 64;

    private static readonly TimeSpan LongWait = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ReloadPauseMax = TimeSpan.FromSeconds(2);

    private readonly Channel<WaitingCommand> _inbox = Channel.CreateBounded<WaitingCommand>(
        new BoundedChannelOptions(InboxMax) { SingleReader = true });

    private readonly WorkspaceRouterFactory _routers;
    private readonly IWorkspaceStore _store;
    private readonly Instruments _instruments;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Action<WorkspaceLoop, Changes> _committed;
    private readonly Action<WorkspaceLoop> _loaded;

    private Router _router;
    private long _epoch;
    private int _batches;
    private DateTimeOffset _now;
    private Task<bool>? _arrival;
    private (DateTimeOffset At, Task Rings, CancellationTokenSource Off)? _alarm;

    // Applied in memory; saved when the one before it is.
    private CommandBatch _open = new(BatchMax);
    private Saving? _saving;
    private volatile CommittedView _view;
    private volatile bool _ended;
    private volatile bool _isLost;
    private volatile bool _isReloading;

    public WorkspaceLoop(
        Sid sid,
        OwnedWorkspace? onDisk,
        WorkspaceRouterFactory routers,
        IWorkspaceStore store,
        Instruments instruments,
        TimeProvider time,
        ILogger<WorkspaceLoop> log,
        Action<WorkspaceLoop, Changes> committed,
        Action<WorkspaceLoop> loaded)
    {
        Sid = sid;
        (_routers, _store, _instruments) = (routers, store, instruments);
        (_time, _log, _committed, _loaded) = (time, log, committed, loaded);
        (_router, _view, _epoch) = Open(onDisk);
        Completion = Task.Run(RunAsync);
    }

    public Sid Sid { get; }

    /// <summary>What readers see. Replaced as a whole when the workspace is loaded again.</summary>
    public CommittedView View => _view;

    /// <summary>Commands that wait for their batch.</summary>
    public int Waiting => _inbox.Reader.Count;

    /// <summary>Another process has taken the workspace: what is shown here is no longer what is.</summary>
    public bool IsLost => _isLost;

    /// <summary>A save has failed, and what is on disk is being read.</summary>
    public bool IsReloading => _isReloading;

    /// <summary>What it proves to be the workspace's owner with.</summary>
    public long Epoch => Volatile.Read(ref _epoch);

    /// <summary>Ends when the workspace is deleted, lost to another process, or stopped.</summary>
    public Task Completion { get; }

    /// <summary>Applies a command; completes once its effect is on disk and published.</summary>
    /// <param name="actor">Who wants it; null for the workspace itself.</param>
    /// <exception cref="Refusal">The command asks for something that cannot be.</exception>
    /// <exception cref="WorkspaceUnavailableException">It could not be saved, or there is no room to wait.</exception>
    public async Task<TResult> ExecuteAsync<TResult>(Command<TResult> command, Actor? actor = null) =>
        (TResult)(await Enqueue(command, actor))!;

    /// <inheritdoc cref="ExecuteAsync{TResult}"/>
    public async Task ExecuteAsync(Command command, Actor? actor = null) => await Enqueue(command, actor);

    /// <summary>Takes no more commands, finishes those it has, then ends.</summary>
    public Task StopAsync()
    {
        _inbox.Writer.TryComplete();
        return Completion;
    }

    private Task<object?> Enqueue(Command command, Actor? actor)
    {
        var waiting = new WaitingCommand(command, actor);
        if (!_inbox.Writer.TryWrite(waiting))
        {
            throw _ended ? TurnAway() : Unavailable();
        }

        return waiting.Task;
    }

    private async Task RunAsync()
    {
        try
        {
            while (await WaitForWorkAsync())
            {
                if (!await TurnAsync())
                {
                    break;
                }
            }
        }
        catch (Exception exception)
        {
            Log.LoopFailed(_log, exception, Sid);
        }
        finally
        {
            _ended = true;
            _inbox.Writer.TryComplete();
            _alarm?.Off.Dispose();
            FailBatches();
            FailWaiting();
        }
    }

    /// <summary>False when the inbox is closed and empty: nothing will come any more.</summary>
    private async ValueTask<bool> WaitForWorkAsync()
    {
        var reader = _inbox.Reader;
        if (_saving is { Task.IsCompleted: true } || (_open.Room > 0 && reader.TryPeek(out _)))
        {
            return true;
        }

        if (_open.Room == 0 || reader.Completion.IsCompleted)
        {
            // Nothing more is taken on before the save is over.
            if (_saving is null)
            {
                return false;
            }

            await Task.WhenAny(_saving.Task);
            return true;
        }

        // One waiter at a time: a workspace that only fires deadlines must not pile up waits for commands.
        _arrival = _arrival is { IsCompleted: false } ? _arrival : reader.WaitToReadAsync().AsTask();
        await Task.WhenAny(_arrival, SetAlarm() ?? _arrival, _saving?.Task ?? _arrival);
        return true;
    }

    /// <summary>Completes when the next deadline is due, or before: waking early is harmless.</summary>
    private Task? SetAlarm()
    {
        if (_alarm is { } alarm && (alarm.Rings.IsCompleted || !(alarm.At <= _router.NextDeadline)))
        {
            alarm.Off.Cancel();
            alarm.Off.Dispose();
            _alarm = null;
        }

        if (_alarm is null && _router.NextDeadline is { } deadline)
        {
            var wait = deadline - _time.GetUtcNow();
            var off = new CancellationTokenSource();

            // A timer's range is 49 days.
            var rings = wait > TimeSpan.Zero
                ? Task.Delay(Shorter(wait, TimeSpan.FromDays(1)), _time, off.Token)
                : Task.CompletedTask;
            _alarm = (deadline, rings, off);
        }

        return _alarm?.Rings;
    }

    /// <summary>
    /// Deadlines first, then commands; what they changed is saved unless a save is under way. False when the loop has
    /// to end.
    /// </summary>
    private async Task<bool> TurnAsync()
    {
        try
        {
            var saved = _saving is { Task.IsCompleted: true } ? _saving : null;
            if (saved is not null)
            {
                await saved.Task;
            }

            Apply();
            if (_saving is null || saved is not null)
            {
                return TurnOver(saved);
            }

            // The disk is busy: what goes there next is made ready meanwhile.
            _open.History.AddMissing(_router.NewEvents);
            return true;
        }
        catch (OwnershipLostException exception)
        {
            Log.OwnershipLost(_log, exception, Sid);
            _isLost = true;
            FailBatches();
            return false;
        }
        catch (Exception exception)
        {
            // Memory has run ahead of the disk, or the outcome of the commit is unknown. One rule for both.
            var count = _open.Count + (_saving?.Batch.Count ?? 0);
            Log.BatchFailed(_log, exception, Sid, count);
            if (_saving is { } failed && _time.GetElapsedTime(failed.Started) > LongWait)
            {
                // Whoever has come since has waited as long, and loading may take as long again.
                FailWaiting();
            }

            _isReloading = true;
            FailBatches();
            var isThere = await ReloadAsync();
            _isReloading = false;
            return isThere;
        }
    }

    private void Apply()
    {
        _now = Later(_now, TruncateToMilliseconds(_time.GetUtcNow()));
        _open.AddDeadlines(_router.FireDeadlines(_now, _open.Room));

        // What was due before a command arrived comes before it, however much a pause has let pile up.
        if (_router.NextDeadline is { } next && next <= _now)
        {
            return;
        }

        while (_open.Room > 0 && _inbox.Reader.TryRead(out var command))
        {
            _open.Apply(_router, command, _now);
        }
    }

    /// <summary>
    /// Sends what has been applied on its way to disk, and shows and answers what has arrived there. False when that
    /// was the workspace's end.
    /// </summary>
    private bool TurnOver(Saving? saved)
    {
        var batch = _open;
        var isDeleted = saved?.Changes.WorkspaceDeleted ?? false;
        try
        {
            var changes = _router.TakeChanges();
            _saving = null;
            if (!changes.IsEmpty && !isDeleted)
            {
                Check(changes);
                var started = _time.GetTimestamp();

                // On this thread until it has been sent: the database waits for nothing else, and who is answered
                // next can wait that long.
                var save = _store.SaveAsync(Sid, _epoch, changes, batch.History, CancellationToken.None);
                _saving = new Saving(batch, changes, started, save);
            }

            _open = new CommandBatch(BatchMax);
        }
        finally
        {
            if (saved is not null)
            {
                Show(saved);
            }
        }

        if (_saving is null)
        {
            batch.Answer(_instruments);
        }

        return !isDeleted;
    }

    private void Show(Saving saved)
    {
        _instruments.RecordCommit(saved.Batch.Count, _time.GetElapsedTime(saved.Started));
        var now = _time.GetUtcNow();
        foreach (var happened in saved.Changes.Events)
        {
            if (happened is { Type: EventTypes.ReservationCreated, Task: { AssignmentCount: 1 } task })
            {
                _instruments.RecordOffer(now - task.CreatedAt);
            }
        }

        _view.Publish(saved.Changes);
        _committed(this, saved.Changes);
        saved.Batch.Answer(_instruments);
    }

    // A state that contradicts itself must not reach the disk: failing the batch loads what was right before it.
    private void Check(Changes changes)
    {
        if (++_batches % BatchesPerCheck == 0 && _router.Violations(changes).FirstOrDefault() is { } violation)
        {
            throw new InvalidOperationException($"The routing state is inconsistent: {violation}.");
        }
    }

    /// <summary>What was applied goes with the memory that it was applied to.</summary>
    private void FailBatches()
    {
        _saving?.Batch.Fail(_instruments);
        _open.Fail(_instruments);
        (_saving, _open) = (null, new CommandBatch(BatchMax));
    }

    private void FailWaiting()
    {
        while (_inbox.Reader.TryRead(out var command))
        {
            command.Refuse(TurnAway());
        }
    }

    private Exception TurnAway() =>
        _view.Workspace is null ? Refusal.NotFound($"/Workspaces/{Sid}") : Unavailable();

    private WorkspaceUnavailableException Unavailable()
    {
        _instruments.CountCommands(1, "turned_away");
        return new WorkspaceUnavailableException();
    }

    /// <summary>Drops the workspace's memory and reads it again, as often as it takes. False when it is gone.</summary>
    private async Task<bool> ReloadAsync()
    {
        for (var pause = TimeSpan.FromMilliseconds(20); ; pause = Shorter(pause * 2, ReloadPauseMax))
        {
            try
            {
                var onDisk = await _store.TakeAsync(Sid, Later(_now, _time.GetUtcNow()), CancellationToken.None);
                if (onDisk is null)
                {
                    return false;
                }

                (_router, _view, _epoch) = Open(onDisk);
                Log.Reloaded(_log, Sid);
                _loaded(this);
                return true;
            }
            catch (Exception exception)
            {
                Log.ReloadFailed(_log, exception, Sid);
                FailWaiting();
                if (_inbox.Reader.Completion.IsCompleted)
                {
                    return false;
                }

                await Task.Delay(pause, _time);
            }
        }
    }

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private (Router Router, CommittedView View, long Epoch) Open(OwnedWorkspace? onDisk)
    {
        if (onDisk is null)
        {
            return (_routers.New(), new CommittedView(), OwnedWorkspace.FirstEpoch);
        }

        var router = _routers.Load(onDisk.Records);
        return (router, new CommittedView(router.Everything()), onDisk.Epoch);
    }

    // The clock may be set back; a workspace's time may not.
    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    // Postgres keeps microseconds and SQLite milliseconds: the coarser of the two, so that memory and disk agree.
    private static DateTimeOffset TruncateToMilliseconds(DateTimeOffset instant) =>
        new(instant.Ticks - (instant.Ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);

    private sealed record Saving(CommandBatch Batch, Changes Changes, long Started, Task Task);

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "Workspace {WorkspaceSid}: a batch of {Count} commands could not be saved; loading again.")]
        public static partial void BatchFailed(ILogger logger, Exception exception, Sid workspaceSid, int count);

        [LoggerMessage(Level = LogLevel.Information, Message = "Workspace {WorkspaceSid}: loaded again.")]
        public static partial void Reloaded(ILogger logger, Sid workspaceSid);

        [LoggerMessage(Level = LogLevel.Error, Message = "Workspace {WorkspaceSid}: loading failed; trying again.")]
        public static partial void ReloadFailed(ILogger logger, Exception exception, Sid workspaceSid);

        [LoggerMessage(
            Level = LogLevel.Critical,
            Message = "Workspace {WorkspaceSid}: another process owns it now; this one stops serving its writes.")]
        public static partial void OwnershipLost(ILogger logger, Exception exception, Sid workspaceSid);

        [LoggerMessage(Level = LogLevel.Critical, Message = "Workspace {WorkspaceSid}: its loop has ended.")]
        public static partial void LoopFailed(ILogger logger, Exception exception, Sid workspaceSid);
    }
}
