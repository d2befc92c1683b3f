using System.Collections.Concurrent;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Callbacks;

/// <summary>
/// Offers every new reservation to its workflow's AssignmentCallbackUrl and obeys the answer. The outbox is the
/// reservation's own <see cref="Reservation.CallbackDue"/>, so what waits here is a SID, and what a stop or a crash
/// interrupts is called again after the restart, under the same idempotency token.
/// https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks
/// </summary>
internal sealed partial class AssignmentCallbacks(
    WorkspaceDirectory directory,
    CallbackSender sender,
    AssignmentCallbackOptions options,
    TimeProvider time,
    ILogger<AssignmentCallbacks> log) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan SettlePauseMax = TimeSpan.FromSeconds(2);

    private readonly ReceiverLines<Call> _lines = new(options.CallsMax, options.CallsPerReceiverMax);
    private readonly CancellationTokenSource _abort = new();

    // Reservations between being due and being settled, so that writing one again does not call again.
    private readonly ConcurrentDictionary<Sid, byte> _taken = new();

    /// <summary>Before any service starts, so that no workspace is loaded unseen.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        directory.Committed += OnCommitted;
        directory.Loaded += OnLoaded;
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Makes no new calls, gives those under way a moment, and leaves the rest due.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        directory.Committed -= OnCommitted;
        directory.Loaded -= OnLoaded;
        var idle = _lines.Close();
        using var moment = new CancellationTokenSource(options.StopTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(moment.Token, cancellationToken);
        try
        {
            await idle.WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            await _abort.CancelAsync();
            await idle;
        }

        Log.Stopped(log, _taken.Count);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _abort.Dispose();

    // Both run on the workspace's loop: they only note the SID, and must not throw.
    private void OnCommitted(WorkspaceLoop loop, Changes changes) =>
        TakeDue(loop, changes.Reservations.Written.Values);

    private void OnLoaded(WorkspaceLoop loop) => TakeDue(loop, loop.View.Reservations.InOrder.After(null));

    private void TakeDue(WorkspaceLoop loop, IEnumerable<Reservation> reservations)
    {
        foreach (var reservation in reservations)
        {
            if (reservation.CallbackDue && _taken.TryAdd(reservation.Sid, 0))
            {
                Wait(new Call(loop, reservation.Sid, null), reservation);
            }
        }

        StartCalls();
    }

    /// <summary>Puts a call in the line of whoever it is for, as the workflow has it now.</summary>
    private void Wait(Call call, Reservation reservation) =>
        _lines.Add(CallbackUrl.Of(UrlFor(call, reservation))?.Receiver ?? "", call);

    private void StartCalls()
    {
        while (_lines.TryTake(out var call, out var receiver))
        {
            _ = Task.Run(() => RunAsync(call, receiver));
        }
    }

    private async Task RunAsync(Call call, string receiver)
    {
        try
        {
            await CallAsync(call);
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            // Still due on disk: called again after the restart.
        }
        catch (WorkspaceUnavailableException)
        {
            // The workspace is no longer served here; whoever serves it finds the callback due.
            _taken.TryRemove(call.ReservationSid, out _);
        }
        catch (Exception exception)
        {
            Log.Unexpected(log, exception, call.Loop.Sid, call.ReservationSid);
            _taken.TryRemove(call.ReservationSid, out _);
        }
        finally
        {
            _lines.Release(receiver);
            StartCalls();
        }
    }

    private async Task CallAsync(Call call)
    {
        // A loop that has ended may have lost its workspace to another process, whose callbacks these are now.
        // A reservation that is no longer pending owes no callback: the router settles the one when it ends the other.
        var view = call.Loop.View;
        if (call.Loop.Completion.IsCompleted
            || view.Workspace is not { } workspace
            || view.Reservations.Find(call.ReservationSid) is not { CallbackDue: true } reservation)
        {
            _taken.TryRemove(call.ReservationSid, out _);
            return;
        }

        if (UrlFor(call, reservation) is not { Length: > 0 } text
            || AssignmentForm.Of(view, reservation, time.GetUtcNow()) is not { } form)
        {
            await SettleAsync(call, new AssignmentInstruction.None());
            return;
        }

        switch (await AskAsync(call, workspace.AccountSid, text, form))
        {
            case AssignmentInstruction.Failed failed:
                await FailAsync(call, reservation, text, failed.Failure);
                break;
            case var instruction:
                await SettleAsync(call, instruction);
                break;
        }
    }

    private async Task<AssignmentInstruction> AskAsync(
        Call call, Sid accountSid, string text, List<KeyValuePair<string, string>> form)
    {
        if (CallbackUrl.Of(text) is not { } url)
        {
            return new AssignmentInstruction.Failed(CallbackFailure.InvalidUrl);
        }

        if (call.Primary is { } primary)
        {
            form.Add(new("ErrorCode", primary.Failure.ErrorCode));
            form.Add(new("ErrorUrl", primary.Url));
        }

        // A reservation has one callback, so its SID's bits identify it over tries, URLs and restarts.
        var token = call.ReservationSid.ToGuid();
        var answer = await sender.SendAsync(
            new CallbackRequest(accountSid, url, form, token, AssignmentCallbackOptions.AnswerTimeout), _abort.Token);
        return AssignmentInstruction.Of(answer);
    }

    /// <summary>After the first URL the fallback's turn; after both the reservation waits for the API.</summary>
    private async Task FailAsync(Call call, Reservation reservation, string text, CallbackFailure failure)
    {
        var url = CallbackUrl.Of(text);
        Log.Failed(log, call.Loop.Sid, call.ReservationSid, url?.Loggable ?? "", failure.Code, failure.Reason);
        var fallback = call with { Primary = new FailedCall(failure, url?.Text ?? text) };
        if (call.Primary is null && UrlFor(fallback, reservation) is { Length: > 0 })
        {
            Wait(fallback, reservation);
            return;
        }

        await SettleAsync(call, new AssignmentInstruction.None());
    }

    /// <summary>Takes the callback out of the outbox, and with it does what the answer asks for.</summary>
    private async Task SettleAsync(Call call, AssignmentInstruction instruction)
    {
        var settle = new SettleAssignmentCallback(call.ReservationSid, null);
        var command = instruction switch
        {
            AssignmentInstruction.Accept => settle with { Status = ReservationStatus.Accepted },
            AssignmentInstruction.Reject reject => settle with
            {
                Status = ReservationStatus.Rejected,
                WorkerActivitySid = reject.ActivitySid,
            },
            _ => settle,
        };
        if (instruction is AssignmentInstruction.None { Warning: { } warning })
        {
            Log.NoInstruction(log, call.Loop.Sid, call.ReservationSid, warning.Code, warning.Reason);
        }

        if (await ExecuteAsync(call.Loop, command) is { } refusal && command != settle)
        {
            // Somebody else was faster, or the activity does not exist. The answer has had its chance either way.
            Log.Refused(log, call.Loop.Sid, call.ReservationSid, refusal.Message);
            await ExecuteAsync(call.Loop, settle);
        }

        _taken.TryRemove(call.ReservationSid, out _);
    }

    /// <summary>
    /// Insists until the workspace has taken the command or refused it: an answer that was given must not get lost
    /// because the inbox was full or the disk failed for a moment.
    /// </summary>
    private async Task<Refusal?> ExecuteAsync(WorkspaceLoop loop, SettleAssignmentCallback command)
    {
        for (var pause = TimeSpan.FromMilliseconds(20); ; pause = pause < SettlePauseMax ? pause * 2 : SettlePauseMax)
        {
            try
            {
                await loop.ExecuteAsync(command).WaitAsync(_abort.Token);
                return null;
            }
            catch (Refusal refusal)
            {
                return refusal;
            }
            catch (WorkspaceUnavailableException) when (!loop.Completion.IsCompleted)
            {
                await Task.Delay(pause, time, _abort.Token);
            }
        }
    }

    private static string? UrlFor(Call call, Reservation reservation) =>
        reservation.WorkflowSid is { } sid && call.Loop.View.Workflows.Find(sid) is { } workflow
            ? call.Primary is null ? workflow.AssignmentCallbackUrl : workflow.FallbackAssignmentCallbackUrl
            : null;

    /// <param name="Primary">The failure of the first URL; null while that one is still to be called.</param>
    private sealed record Call(WorkspaceLoop Loop, Sid ReservationSid, FailedCall? Primary);

    private sealed record FailedCall(CallbackFailure Failure, string Url);

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "Workspace {WorkspaceSid}: assignment callback for reservation {ReservationSid} to {Url} "
                + "failed: {Code}, {Reason}.")]
        public static partial void Failed(
            ILogger logger, Sid workspaceSid, Sid reservationSid, string url, int code, string reason);

        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "Workspace {WorkspaceSid}: assignment callback for reservation {ReservationSid} "
                + "changes nothing: {Code}, {Reason}.")]
        public static partial void NoInstruction(
            ILogger logger, Sid workspaceSid, Sid reservationSid, int code, string reason);

        [LoggerMessage(
            Level = LogLevel.Information,
            Message = "Workspace {WorkspaceSid}: the instruction for reservation {ReservationSid} "
                + "is not obeyed: {Reason}")]
        public static partial void Refused(ILogger logger, Sid workspaceSid, Sid reservationSid, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "Assignment callbacks have stopped; {Count} stay due.")]
        public static partial void Stopped(ILogger logger, int count);

        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "Workspace {WorkspaceSid}: assignment callback for reservation {ReservationSid} "
                + "ended by an unexpected error.")]
        public static partial void Unexpected(
            ILogger logger, Exception exception, Sid workspaceSid, Sid reservationSid);
    }
}
