using System.Threading.Channels;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Storage;
using TaskRouter.Server.Telemetry;

namespace TaskRouter.Server.Hosting;

/// <summary>
/// The single writer of one workspace. It takes whatever commands have arrived and whatever deadlines are due, applies
/// them, saves all they changed in one transaction, publishes it, and only then answers.
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

    private readonly Channel<Request> _inbox = Channel.CreateBounded<Request>(
        new BoundedChannelOptions(InboxMax) { SingleReader = true });

    private readonly List<(Request Request, object? Answer)> _answers = [];
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
    private int _refused;
    private DateTimeOffset _now;
    private Task<bool>? _arrival;
    private volatile CommittedView _view;
    private volatile bool _ended;
    private volatile bool _isLost;

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
        var request = new Request(command, actor);
        if (!_inbox.Writer.TryWrite(request))
        {
            _instruments.CountCommands(1, "turned_away");
            throw _ended && _view.Workspace is null
                ? Refusal.NotFound($"/Workspaces/{Sid}")
                : new WorkspaceUnavailableException();
        }

        return request.Task;
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
            FailWaiting();
        }
    }

    /// <summary>False when the inbox is closed and empty: nothing will come any more.</summary>
    private async ValueTask<bool> WaitForWorkAsync()
    {
        var reader = _inbox.Reader;
        if (reader.TryPeek(out _))
        {
            return true;
        }

        if (_router.NextDeadline is not { } deadline)
        {
            return await reader.WaitToReadAsync();
        }

        // One waiter at a time: a workspace that only fires deadlines must not pile up waits for commands.
        var arrival = _arrival is { IsCompleted: false } ? _arrival : _arrival = reader.WaitToReadAsync().AsTask();
        var wait = deadline - _time.GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            using var arrived = new CancellationTokenSource();
            await Task.WhenAny(arrival, Task.Delay(Shorter(wait), _time, arrived.Token));
            await arrived.CancelAsync();
        }

        return !arrival.IsCompleted || await arrival;
    }

    // A timer's range is 49 days. Waking early is harmless: nothing is due yet and the wait begins again.
    private static TimeSpan Shorter(TimeSpan wait) => wait < TimeSpan.FromDays(1) ? wait : TimeSpan.FromDays(1);

    /// <summary>One batch: deadlines first, then commands, one transaction. False when the loop has to end.</summary>
    private async Task<bool> TurnAsync()
    {
        _now = Later(_now, TruncateToMilliseconds(_time.GetUtcNow()));
        var started = _time.GetTimestamp();
        try
        {
            _router.FireDeadlines(_now, BatchMax);

            // What was due before a command arrived comes before it, however much a pause has let pile up.
            if (_router.NextDeadline is not { } next || next > _now)
            {
                ApplyWaiting();
            }

            var changes = _router.TakeChanges();
            if (!changes.IsEmpty)
            {
                Check(changes);
                await SaveAsync(changes);
                _view.Publish(changes);
                _committed(this, changes);
            }

            Answer();
            return !changes.WorkspaceDeleted;
        }
        catch (OwnershipLostException exception)
        {
            Log.OwnershipLost(_log, exception, Sid);
            _isLost = true;
            FailAnswers();
            return false;
        }
        catch (Exception exception)
        {
            // Memory has run ahead of the disk, or the outcome of the commit is unknown. One rule for both.
            Log.BatchFailed(_log, exception, Sid, _answers.Count);
            FailAnswers();
            if (_time.GetElapsedTime(started) > LongWait)
            {
                // Whoever has come since has waited as long, and loading may take as long again.
                FailWaiting();
            }

            return await ReloadAsync();
        }
    }

    private async Task SaveAsync(Changes changes)
    {
        var started = _time.GetTimestamp();
        await _store.SaveAsync(Sid, _epoch, changes, CancellationToken.None);
        _instruments.RecordCommit(_answers.Count, _time.GetElapsedTime(started));
        foreach (var happened in changes.Events)
        {
            if (happened is { Type: EventTypes.ReservationCreated, Task: { AssignmentCount: 1 } task })
            {
                _instruments.RecordOffer(_time.GetUtcNow() - task.CreatedAt);
            }
        }
    }

    // A state that contradicts itself must not reach the disk: failing the batch loads what was right before it.
    private void Check(Changes changes)
    {
        if (++_batches % BatchesPerCheck == 0 && _router.Violations(changes).FirstOrDefault() is { } violation)
        {
            throw new InvalidOperationException($"The routing state is inconsistent: {violation}.");
        }
    }

    private void ApplyWaiting()
    {
        while (_answers.Count < BatchMax && _inbox.Reader.TryRead(out var request))
        {
            try
            {
                _answers.Add((request, null));
                _answers[^1] = (request, _router.Apply(request.Command, _now, request.Actor));
            }
            catch (Refusal refusal)
            {
                _answers.RemoveAt(_answers.Count - 1);
                _refused++;
                request.Refuse(refusal);
            }
        }
    }

    private void Answer()
    {
        CountAnswers("applied");
        foreach (var (request, answer) in _answers)
        {
            request.Answer(answer);
        }

        _answers.Clear();
    }

    private void FailAnswers()
    {
        CountAnswers("failed");
        foreach (var (request, _) in _answers)
        {
            request.Refuse(new WorkspaceUnavailableException());
        }

        _answers.Clear();
    }

    private void CountAnswers(string outcome)
    {
        _instruments.CountCommands(_answers.Count, outcome);
        _instruments.CountCommands(_refused, "refused");
        _refused = 0;
    }

    private void FailWaiting()
    {
        while (_inbox.Reader.TryRead(out var request))
        {
            _instruments.CountCommands(1, "turned_away");
            request.Refuse(_view.Workspace is null
                ? Refusal.NotFound($"/Workspaces/{Sid}")
                : new WorkspaceUnavailableException());
        }
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
        var view = new CommittedView();
        if (onDisk is null)
        {
            return (_routers.New(), view, OwnedWorkspace.FirstEpoch);
        }

        var router = _routers.Load(onDisk.Records);
        view.Publish(router.Everything());
        return (router, view, onDisk.Epoch);
    }

    // The clock may be set back; a workspace's time may not.
    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    // Postgres keeps microseconds and SQLite milliseconds: the coarser of the two, so that memory and disk agree.
    private static DateTimeOffset TruncateToMilliseconds(DateTimeOffset instant) =>
        new(instant.Ticks - (instant.Ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);

    private sealed class Request(Command command, Actor? actor)
    {
        // Continuations run elsewhere: the single writer must not find itself writing HTTP answers.
        private readonly TaskCompletionSource<object?> _reply =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Command Command { get; } = command;

        public Actor? Actor { get; } = actor;

        public Task<object?> Task => _reply.Task;

        public void Answer(object? result) => _reply.TrySetResult(result);

        public void Refuse(Exception exception) => _reply.TrySetException(exception);
    }

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

/// <summary>The command may or may not have happened: 503, and the client may look and try again.</summary>
internal sealed class WorkspaceUnavailableException() : Exception("The workspace is temporarily unavailable.");
