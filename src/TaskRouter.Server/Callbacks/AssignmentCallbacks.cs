using System.Collections.Concurrent;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Hosting;
using TaskRouter.Server.Telemetry;
using TaskRouter.Server.Voice;

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
    Switchboard switchboard,
    AlertLog alerts,
    AssignmentCallbackOptions options,
    Instruments instruments,
    TimeProvider time,
    ILogger<AssignmentCallbacks> log) : IHostedLifecycleService, IDisposable
{
    private readonly ReceiverLines<Call> _lines = new(options.CallsMax, options.CallsPerReceiverMax);
    private readonly CancellationTokenSource _abort = new();

    // Reservations between being due and being settled, so that writing one again does not call again.
    private readonly ConcurrentDictionary<Sid, byte> _taken = new();

    /// <summary>Before any service starts, so that no workspace is loaded unseen.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        directory.Committed += OnCommitted;
        directory.Loaded += OnLoaded;
        instruments.Gauge(
            "taskrouter.outbox.assignments",
            "{callback}",
            "Assignment callbacks that are due or under way",
            () => _taken.Count);
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
        if (!await idle.EndsInTimeAsync(options.StopTimeout, time, cancellationToken))
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
            await SettleAsync(call, new SettleAssignmentCallback(call.ReservationSid, null));
            return;
        }

        var asked = await AskAsync(call, workspace.AccountSid, text, form, reservation.CreatedAt);
        switch (asked.Instruction)
        {
            case AssignmentInstruction.Failed failed:
                await FailAsync(asked, reservation, text, failed.Failure);
                break;
            case var instruction:
                await ObeyAsync(asked, instruction);
                break;
        }
    }

    private async Task<Asked> AskAsync(
        Call call, Sid accountSid, string text, List<KeyValuePair<string, string>> form, DateTimeOffset at)
    {
        if (call.Primary is { } primary)
        {
            form.Add(new("ErrorCode", primary.Failure.ErrorCode));
            form.Add(new("ErrorUrl", primary.Url));
        }

        if (CallbackUrl.Of(text) is not { } url)
        {
            var failed = new AssignmentInstruction.Failed(CallbackFailure.InvalidUrl);
            return new Asked(call, accountSid, failed, new Exchange("", form));
        }

        // A reservation has one callback, so its SID's bits identify it over tries, URLs and restarts.
        var token = call.ReservationSid.ToGuid();
        var request = new CallbackRequest(accountSid, url, form, token, AssignmentCallbackOptions.AnswerTimeout)
        {
            Kind = "assignment",
            At = at,
        };
        var answer = await sender.SendAsync(request, _abort.Token);
        var exchange = new Exchange(url.Loggable, form)
        {
            ResponseHeaders = answer.Headers,
            ResponseBody = answer.Body,
        };
        return new Asked(call, accountSid, AssignmentInstruction.Of(answer), exchange);
    }

    /// <summary>After the first URL the fallback's turn; after both the reservation waits for the API.</summary>
    private async Task FailAsync(Asked asked, Reservation reservation, string text, CallbackFailure failure)
    {
        var call = asked.Call;
        var url = CallbackUrl.Of(text);
        Log.Failed(log, call.Loop.Sid, call.ReservationSid, url?.Loggable ?? "", failure.Code, failure.Reason);
        var fallback = call with { Primary = new FailedCall(failure, url?.Text ?? text) };
        if (call.Primary is null && UrlFor(fallback, reservation) is { Length: > 0 })
        {
            Alert(asked, failure.Code, $"{failure.Reason}; the fallback URL is asked");
            Wait(fallback, reservation);
            return;
        }

        Alert(asked, failure.Code, $"{failure.Reason}; no other URL is left, so the reservation stays pending");
        await SettleAsync(call, new SettleAssignmentCallback(call.ReservationSid, null));
    }

    private async Task ObeyAsync(Asked asked, AssignmentInstruction instruction)
    {
        var call = asked.Call;
        var settle = new SettleAssignmentCallback(call.ReservationSid, null);
        switch (instruction)
        {
            case AssignmentInstruction.Accept:
                await SettleAsync(call, settle with { Status = ReservationStatus.Accepted });
                break;
            case AssignmentInstruction.Reject { ActivitySid: { } sid } when call.Loop.View.Activities.Find(sid) is null:
                await ChangeNothingAsync(asked, InstructionWarning.NoActivity);
                break;
            case AssignmentInstruction.Reject reject:
                await SettleAsync(
                    call, settle with { Status = ReservationStatus.Rejected, WorkerActivitySid = reject.ActivitySid });
                break;
            case AssignmentInstruction.Connect connect:
                await ConnectAsync(asked, connect);
                break;
            case AssignmentInstruction.None { Warning: { } warning }:
                await ChangeNothingAsync(asked, warning);
                break;
            default:
                await SettleAsync(call, settle);
                break;
        }
    }

    /// <summary>The callback is over when the call begins: what becomes of the call is no answer any more.</summary>
    private async Task ConnectAsync(Asked asked, AssignmentInstruction.Connect connect)
    {
        var call = asked.Call;
        VoiceInstruction instruction;
        Reservation reservation;
        try
        {
            // As it is now, not as it was when the receiver was asked.
            reservation = call.Loop.View.Reservations.Find(call.ReservationSid)
                ?? throw Refusal.NotFound($"/Reservations/{call.ReservationSid}");
            instruction = InstructionReader.Read(
                connect.Kind, new JsonInstruction(connect.Answer), new CallScene(call.Loop.View, reservation));
        }
        catch (Refusal refusal)
        {
            await ChangeNothingAsync(asked, new InstructionWarning(refusal.Code, refusal.Message));
            return;
        }

        await SettleAsync(call, new SettleAssignmentCallback(call.ReservationSid, null));
        switchboard.Begin(call.Loop, reservation, instruction, actor: null);
    }

    private async Task ChangeNothingAsync(Asked asked, InstructionWarning warning)
    {
        var call = asked.Call;
        Log.NoInstruction(log, call.Loop.Sid, call.ReservationSid, warning.Code, warning.Reason);
        Alert(asked, warning.Code, warning.Reason);
        await SettleAsync(call, new SettleAssignmentCallback(call.ReservationSid, null));
    }

    /// <summary>Takes the callback out of the outbox, and with it does what the answer asks for.</summary>
    private async Task SettleAsync(Call call, SettleAssignmentCallback command)
    {
        var refusal = await call.Loop.InsistAsync(command, actor: null, time, _abort.Token);
        if (refusal is not null && command.Status is not null)
        {
            // Somebody else was faster. The answer has had its chance either way.
            Log.Refused(log, call.Loop.Sid, call.ReservationSid, refusal.Message);
            await call.Loop.InsistAsync(
                new SettleAssignmentCallback(call.ReservationSid, null), actor: null, time, _abort.Token);
        }

        _taken.TryRemove(call.ReservationSid, out _);
    }

    private void Alert(Asked asked, int code, string text) => alerts.Write(
        new Trouble(asked.AccountSid, asked.Call.Loop.Sid, asked.Call.ReservationSid, code, text)
        {
            Exchange = asked.Exchange,
        });

    private static string? UrlFor(Call call, Reservation reservation) =>
        reservation.WorkflowSid is { } sid && call.Loop.View.Workflows.Find(sid) is { } workflow
            ? call.Primary is null ? workflow.AssignmentCallbackUrl : workflow.FallbackAssignmentCallbackUrl
            : null;

    /// <param name="Primary">The failure of the first URL; null while that one is still to be called.</param>
    private sealed record Call(WorkspaceLoop Loop, Sid ReservationSid, FailedCall? Primary);

    /// <summary>A call, what its answer says, and both as they were.</summary>
    private sealed record Asked(Call Call, Sid AccountSid, AssignmentInstruction Instruction, Exchange Exchange);

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
