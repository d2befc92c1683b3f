using System.Collections.Concurrent;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Events;
using TaskRouter.Server.Hosting;
using TaskRouter.Server.Storage;
using TaskRouter.Server.Telemetry;

namespace TaskRouter.Server.Callbacks;

/// <summary>
/// Tells every workspace's events to its EventCallbackUrl: at least once, in order, one at a time. The event log is the
/// outbox, read from behind the last event told, so a receiver that is slow or away costs a place in the log and no
/// memory. https://www.twilio.com/docs/taskrouter/api/event#event-callbacks
/// </summary>
internal sealed partial class EventCallbacks(
    WorkspaceDirectory directory,
    EventLog log,
    EventDeliveries deliveries,
    CallbackSender sender,
    EventCallbackOptions options,
    AlertLog alerts,
    Instruments instruments,
    TimeProvider time,
    ILogger<EventCallbacks> logger) : IHostedLifecycleService, IDisposable
{
    /// <summary>Events in memory at most, for each call under way.</summary>
    private const int ChunkMax = 32;

    /// <summary>How far one look into the log reaches when a filter lets little through.</summary>
    private const int ReachMax = 1_000;

    /// <summary>A workspace gives way to others after this time, however much it still has to tell.</summary>
    private static readonly TimeSpan TurnMax = TimeSpan.FromSeconds(1);

    private readonly ReceiverLines<EventStream> _lines = new(options.CallsMax, options.CallsPerReceiverMax);
    private readonly ConcurrentDictionary<Sid, EventStream> _streams = new();
    private readonly CancellationTokenSource _abort = new();
    private Task _saving = Task.CompletedTask;

    /// <summary>Before any service starts, so that no workspace is loaded unseen.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        directory.Committed += OnCommitted;
        directory.Loaded += OnLoaded;
        Measure();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _saving = KeepSavingAsync();
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Makes no new calls, gives those under way a moment, and writes down how far it came.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        directory.Committed -= OnCommitted;
        directory.Loaded -= OnLoaded;
        var idle = _lines.Close();

        // Whatever is cut off after that is told again after the restart.
        await idle.EndsInTimeAsync(options.StopTimeout, time, cancellationToken);
        await _abort.CancelAsync();
        await idle;
        await _saving;
        await SaveAsync(cancellationToken);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _abort.Dispose();

    /// <summary>How far the workspace's events are told; null while it wants none.</summary>
    public EventDeliveryStatus? StatusOf(WorkspaceLoop loop) =>
        _streams.TryGetValue(loop.Sid, out var stream) && stream.Receiver is not null ? stream.Status() : null;

    /// <summary>Tells the workspace's events again, from this one on. False when it wants none.</summary>
    public async Task<bool> ReplayAsync(WorkspaceLoop loop, EventRecord from, CancellationToken stop)
    {
        if (!_streams.TryGetValue(loop.Sid, out var stream) || stream.Receiver is null)
        {
            return false;
        }

        await loop.ExecuteAsync(new ReplayEvents(from.Sequence));
        await deliveries.SaveAsync([stream.Replay(from)], stop);
        Wake(stream);
        return true;
    }

    private void Measure()
    {
        instruments.Gauge(
            "taskrouter.outbox.events",
            "{event}",
            "Events behind the last one told, of workspaces with an EventCallbackUrl",
            () => _streams.Values.Sum(stream => stream.Backlog().Events));
        instruments.Gauge(
            "taskrouter.outbox.lag",
            "s",
            "Age of the oldest of these events",
            () => _streams.Values.Select(stream => stream.Backlog().Since).Min() is { } oldest
                ? (long)Math.Max(0, (time.GetUtcNow() - oldest).TotalSeconds)
                : 0);
        instruments.Gauge(
            "taskrouter.outbox.stopped",
            "{workspace}",
            "Workspaces whose events are told no more until a replay is asked for",
            () => _streams.Values.Count(stream => stream.Receiver is not null && stream.Status().Delivery.IsStopped));
    }

    // Both run on the workspace's loop: they note a number, and must not throw.
    private void OnCommitted(WorkspaceLoop loop, Changes changes)
    {
        if (changes.WorkspaceDeleted)
        {
            _streams.TryRemove(loop.Sid, out _);
        }
        else if (changes.Events.Count > 0 && loop.View.Workspace is { EventCallbackUrl.Length: > 0 })
        {
            var stream = StreamOf(loop);
            stream.Note(changes.Events[^1].Sequence, changes.Events[0].At);
            Wake(stream);
        }
    }

    private void OnLoaded(WorkspaceLoop loop)
    {
        if (loop.View.Workspace is { EventCallbackUrl.Length: > 0 })
        {
            var stream = StreamOf(loop);
            stream.Close();
            Wake(stream);
        }
    }

    private EventStream StreamOf(WorkspaceLoop loop) =>
        _streams.GetOrAdd(loop.Sid, static (_, loop) => new EventStream(loop), loop);

    /// <summary>Puts the workspace in the line of its receiver, unless it is there or has nothing to tell.</summary>
    private void Wake(EventStream stream) => Wake(stream, time.GetUtcNow());

    private void Wake(EventStream stream, DateTimeOffset now)
    {
        if (stream.TryTake(now))
        {
            _lines.Add(CallbackUrl.Of(stream.Receiver?.EventCallbackUrl)?.Receiver ?? "", stream);
            StartTurns();
        }
    }

    private void StartTurns()
    {
        while (_lines.TryTake(out var stream, out var receiver))
        {
            _ = Task.Run(() => RunAsync(stream, receiver));
        }
    }

    private async Task RunAsync(EventStream stream, string receiver)
    {
        var pause = TimeSpan.Zero;
        try
        {
            await TakeTurnAsync(stream);
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            // Told again after the restart.
        }
        catch (Exception exception)
        {
            // The log cannot be read, most likely. It will be, or the loop has greater trouble than this.
            Log.Unexpected(logger, exception, stream.Loop.Sid);
            pause = options.RetryPauseMin;
        }
        finally
        {
            _lines.Release(receiver);
            _ = ReleaseAsync(stream, pause);
            StartTurns();
        }
    }

    private async Task ReleaseAsync(EventStream stream, TimeSpan pause)
    {
        await PauseAsync(pause);
        stream.Release();
        Wake(stream);
    }

    private async Task WakeAfterAsync(EventStream stream, TimeSpan pause)
    {
        await PauseAsync(pause);

        // Whatever the clock says: a timer that fires a moment early must not be the last.
        Wake(stream, DateTimeOffset.MaxValue);
    }

    private Task PauseAsync(TimeSpan pause) => pause == TimeSpan.Zero
        ? Task.CompletedTask
        : Task.Delay(pause, time, _abort.Token).ContinueWith(_ => { }, TaskScheduler.Default);

    /// <summary>One stretch of the log.</summary>
    private async Task TakeTurnAsync(EventStream stream)
    {
        if (!stream.IsOpen)
        {
            var onDisk = await deliveries.FindAsync(stream.Loop.Sid, _abort.Token);
            stream.Open(onDisk, await log.LastSequenceAsync(stream.Loop.Sid, _abort.Token));
        }

        if (stream.Receiver is not { } workspace || stream.Status().Delivery.IsStopped)
        {
            return;
        }

        var started = time.GetTimestamp();
        var (after, newest, replays) = stream.Position(workspace);
        var upTo = Math.Min(newest, after + ReachMax);
        var types = EventFilter.TypesOf(workspace.EventsFilter);
        var events = await log.ReadAsync(workspace.Sid, after, upTo, types, ChunkMax, _abort.Token);
        foreach (var happened in events)
        {
            stream.Reach(happened.At);

            // Whoever changes the URL or the filter means the next event, not the next stretch.
            if (stream.Receiver is not { } now
                || now.EventCallbackUrl != workspace.EventCallbackUrl
                || now.EventsFilter != workspace.EventsFilter
                || !await TellAsync(stream, now, happened, replays)
                || !stream.Advance(happened.Sequence, replays)
                || time.GetElapsedTime(started) > TurnMax)
            {
                return;
            }
        }

        if (events.Count < ChunkMax && upTo > after)
        {
            stream.Advance(upTo, replays);
        }
    }

    /// <summary>True when this event is done with: told, or given up.</summary>
    private async Task<bool> TellAsync(EventStream stream, Workspace workspace, EventRecord happened, int replays)
    {
        var url = CallbackUrl.Of(workspace.EventCallbackUrl);
        var answer = url is null
            ? CallbackAnswer.Failed(CallbackFailure.InvalidUrl)
            : await SendAsync(workspace.AccountSid, url, happened);
        if (answer.Failure is not { } failure)
        {
            return true;
        }

        // A call that this server itself has cut off says nothing about the receiver.
        _abort.Token.ThrowIfCancellationRequested();
        var address = url?.Loggable ?? "";
        if (!options.IsPersistent)
        {
            Log.GivenUp(logger, workspace.Sid, happened.Sid, address, failure.Code, failure.Reason);
            Alert(workspace, happened, address, answer, $"{failure.Reason}; the event is given up");
            return true;
        }

        // Once for a time of trouble, and once at its end: the tries between them say nothing new.
        if (stream.Status().Delivery.FailingSince is null)
        {
            Alert(workspace, happened, address, answer, $"{failure.Reason}; trying again");
        }

        var now = time.GetUtcNow();
        if (stream.Fail(failure, workspace.EventCallbackUrl, replays, now, options) is { } pause)
        {
            Log.Failed(logger, workspace.Sid, happened.Sid, address, failure.Code, failure.Reason, pause);
            _ = WakeAfterAsync(stream, pause);
        }
        else
        {
            Log.Stopped(logger, workspace.Sid, happened.Sid, address, options.FailureMax);
            Alert(workspace, happened, address, answer, $"{failure.Reason}; stopped until a replay is asked for");
        }

        return false;
    }

    private void Alert(
        Workspace workspace, EventRecord happened, string address, CallbackAnswer answer, string text) => alerts.Write(
        new Trouble(workspace.AccountSid, workspace.Sid, happened.Sid, answer.Failure!.Code, text)
        {
            Exchange = new Exchange(address, EventWire.ReadForm(happened.EventData))
            {
                ResponseHeaders = answer.Headers,
                ResponseBody = answer.Body,
            },
        });

    private Task<CallbackAnswer> SendAsync(Sid accountSid, CallbackUrl url, EventRecord happened)
    {
        // The SID's bits identify the event over tries, URLs and restarts.
        var request = new CallbackRequest(
            accountSid,
            url,
            EventWire.ReadForm(happened.EventData),
            happened.Sid.ToGuid(),
            EventCallbackOptions.AnswerTimeout)
        {
            Kind = "event",
            At = happened.At,
            WantsBody = false,
        };
        return sender.SendAsync(request, _abort.Token);
    }

    private async Task KeepSavingAsync()
    {
        while (!_abort.IsCancellationRequested)
        {
            await PauseAsync(options.SavePause);
            await SaveAsync(_abort.Token);
        }
    }

    /// <summary>All positions that have changed, in one transaction.</summary>
    private async Task SaveAsync(CancellationToken stop)
    {
        var unsaved = new List<EventDelivery>();
        foreach (var stream in _streams.Values)
        {
            if (stream.TakeUnsaved() is { } row)
            {
                unsaved.Add(row);
            }
        }

        if (unsaved.Count == 0)
        {
            return;
        }

        try
        {
            await deliveries.SaveAsync(unsaved, stop);
        }
        catch (Exception exception)
        {
            foreach (var row in unsaved)
            {
                _streams.GetValueOrDefault(row.WorkspaceSid)?.KeepUnsaved();
            }

            if (!stop.IsCancellationRequested)
            {
                Log.NotSaved(logger, exception, unsaved.Count);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "Workspace {WorkspaceSid}: event {EventSid} is given up, {Url}: {Code}, {Reason}.")]
        public static partial void GivenUp(
            ILogger logger, Sid workspaceSid, Sid eventSid, string url, int code, string reason);

        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "Workspace {WorkspaceSid}: event {EventSid} cannot be told to {Url}: {Code}, {Reason}; "
                + "trying again in {Pause}.")]
        public static partial void Failed(
            ILogger logger, Sid workspaceSid, Sid eventSid, string url, int code, string reason, TimeSpan pause);

        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "Workspace {WorkspaceSid}: event {EventSid} could not be told to {Url} for {FailureMax}; "
                + "stopped until a replay is asked for.")]
        public static partial void Stopped(
            ILogger logger, Sid workspaceSid, Sid eventSid, string url, TimeSpan failureMax);

        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "{Count} positions of event callbacks could not be saved; trying again.")]
        public static partial void NotSaved(ILogger logger, Exception exception, int count);

        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "Workspace {WorkspaceSid}: event callbacks were held up by an unexpected error.")]
        public static partial void Unexpected(ILogger logger, Exception exception, Sid workspaceSid);
    }
}
