using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Hosting;
using TaskRouter.Server.Journal;

namespace TaskRouter.Server.Voice;

/// <summary>
/// Has the telephony do what an instruction asks for, accepts the reservation once the call is connected, and writes
/// down what was done. Whoever sent the instruction has long had an answer by then.
/// https://www.twilio.com/docs/taskrouter/api/reservations#reservation-instructions
/// </summary>
internal sealed partial class Switchboard(
    ITelephony telephony, JournalWriter journal, AlertLog alerts, TimeProvider time, ILogger<Switchboard> log)
    : IHostedService, IDisposable
{
    /// <summary>Calls being connected at once.</summary>
    public const int CallsMax = 1_000;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<Sid, Task> _calls = new();
    private readonly SidSource _sids = new(RandomNumberGenerator.Fill);
    private readonly Lock _sidLock = new();
    private readonly CancellationTokenSource _abort = new();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Gives calls a moment; whatever is not connected by then leaves its reservation as it is.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var connected = Task.WhenAll(_calls.Values);
        if (!await connected.EndsInTimeAsync(StopTimeout, time, cancellationToken))
        {
            await _abort.CancelAsync();
            await connected;
        }
    }

    public void Dispose() => _abort.Dispose();

    /// <summary>Begins, and returns at once.</summary>
    /// <param name="actor">Who accepts the reservation by it; null for the workspace itself.</param>
    public void Begin(WorkspaceLoop loop, Reservation reservation, VoiceInstruction instruction, Actor? actor)
    {
        if (loop.View.Workspace is not { } workspace)
        {
            return;
        }

        var attempt = new Attempt(
            NextSid(), loop, new VoiceCall(workspace.AccountSid, reservation, instruction), actor);
        if (_calls.Count >= CallsMax)
        {
            Fail(attempt, $"more than {CallsMax} calls are being connected");
            return;
        }

        var done = new TaskCompletionSource();
        _calls[attempt.Sid] = done.Task;
        _ = Task.Run(() => RunAsync(attempt, done));
    }

    private async Task RunAsync(Attempt attempt, TaskCompletionSource done)
    {
        try
        {
            await ConnectAsync(attempt);
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            Log.CutOff(log, attempt.Loop.Sid, attempt.Call.Reservation.Sid);
        }
        catch (WorkspaceUnavailableException)
        {
            // No longer served here: its reservation is somebody else's now.
        }
        catch (Exception exception)
        {
            Log.Unexpected(log, exception, attempt.Loop.Sid, attempt.Call.Reservation.Sid);
            Fail(attempt, "the telephony has failed");
        }
        finally
        {
            _calls.TryRemove(attempt.Sid, out _);
            done.SetResult();
        }
    }

    private async Task ConnectAsync(Attempt attempt)
    {
        var instruction = attempt.Call.Instruction;
        if (await telephony.ConnectAsync(attempt.Call, _abort.Token) is { } reason)
        {
            Fail(attempt, reason);
            return;
        }

        if (!instruction.Accepts)
        {
            Record(attempt, CallOutcome.Connected);
            return;
        }

        var accept = new UpdateReservation(attempt.Call.Reservation.Sid, ReservationStatus.Accepted);
        var refusal = await attempt.Loop.InsistAsync(accept, attempt.Actor, time, _abort.Token);
        Record(attempt, refusal is null ? CallOutcome.Accepted : CallOutcome.Late);
        if (refusal is not null)
        {
            Alert(attempt, instruction.Kind.LateCode, refusal.Message);
        }
    }

    private void Fail(Attempt attempt, string reason)
    {
        Record(attempt, CallOutcome.Failed);
        Alert(
            attempt,
            attempt.Call.Instruction.Kind.FailureCode,
            $"Instruction {attempt.Call.Instruction.Kind.Name} has failed: {reason}");
    }

    private void Alert(Attempt attempt, int code, string text)
    {
        var reservation = attempt.Call.Reservation;
        Log.NotDone(log, attempt.Loop.Sid, reservation.Sid, code, text);
        alerts.Write(new Trouble(attempt.Call.AccountSid, attempt.Loop.Sid, reservation.Sid, code, text));
    }

    private void Record(Attempt attempt, CallOutcome outcome)
    {
        var (_, reservation, instruction) = attempt.Call;
        journal.Write(new RecordedCall
        {
            WorkspaceSid = attempt.Loop.Sid,
            Sid = attempt.Sid,
            TaskSid = reservation.TaskSid,
            ReservationSid = reservation.Sid,
            WorkerSid = reservation.WorkerSid,
            Instruction = instruction.Kind.Name,
            To = instruction.To,
            From = instruction.From,
            Outcome = outcome,
            Parameters = TextOf(instruction.Values),
        });
    }

    private static string TextOf(InstructionValues values)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (key, value) in values.Shown)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private Sid NextSid()
    {
        lock (_sidLock)
        {
            return _sids.Next(SidKind.Call, time.GetUtcNow());
        }
    }

    private sealed record Attempt(Sid Sid, WorkspaceLoop Loop, VoiceCall Call, Actor? Actor);

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "Workspace {WorkspaceSid}: the instruction for reservation {ReservationSid} is not done: "
                + "{Code}, {Reason}.")]
        public static partial void NotDone(
            ILogger logger, Sid workspaceSid, Sid reservationSid, int code, string reason);

        [LoggerMessage(
            Level = LogLevel.Information,
            Message = "Workspace {WorkspaceSid}: the call for reservation {ReservationSid} is cut off by the stop.")]
        public static partial void CutOff(ILogger logger, Sid workspaceSid, Sid reservationSid);

        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "Workspace {WorkspaceSid}: the call for reservation {ReservationSid} ended by an unexpected "
                + "error.")]
        public static partial void Unexpected(
            ILogger logger, Exception exception, Sid workspaceSid, Sid reservationSid);
    }
}
