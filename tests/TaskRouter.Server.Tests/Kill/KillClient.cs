using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Tests.Kill;

/// <summary>
/// One of the clients: makes tasks, and answers the reservations of one worker, at random, until the server is gone.
/// Writes into the ledger what it may have caused before it asks, and what it was told after.
/// </summary>
internal sealed class KillClient(KillWorkspace workspace, Ledger ledger, string workerSid, int seed)
{
    private const int OpenTasksMax = 300;
    private const int StepsPerLook = 25;
    private const int UnavailableCode = 20503;

    // A fault wants some load at the time, and no more than that.
    private static readonly TimeSpan StepPause = TimeSpan.FromMilliseconds(10);

    // A client that is told to come back does not come back at once.
    private static readonly TimeSpan OutagePause = TimeSpan.FromMilliseconds(50);

    private readonly Random _random = new(seed);
    private readonly List<TaskEntry> _made = [];
    private readonly List<(string ReservationSid, TaskEntry Task)> _accepted = [];
    private bool _toleratesOutages;

    public async Task RunAsync(HttpClient http)
    {
        try
        {
            await FindAcceptedAsync(http);
            for (; ; )
            {
                await StepAsync(http);
            }
        }
        catch (Exception exception) when (IsLostConnection(exception))
        {
            // The server was killed; whatever was asked last may or may not have happened.
        }
    }

    /// <summary>Goes on through answers of 503 until it is stopped; the server itself stays alive.</summary>
    public async Task RunThroughFaultsAsync(HttpClient http, CancellationToken stop)
    {
        _toleratesOutages = true;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await FindAcceptedAsync(http);
                for (var step = 0; step < StepsPerLook && !stop.IsCancellationRequested; step++)
                {
                    await StepAsync(http);
                    await Task.Delay(StepPause, CancellationToken.None);
                }
            }
            catch (Exception exception) when (IsLostConnection(exception))
            {
                ledger.Unexpected.Enqueue($"No answer: {exception}");
                return;
            }
        }
    }

    private Task StepAsync(HttpClient http) => _random.Next(20) switch
    {
        < 8 when ledger.OpenTasks < OpenTasksMax => CreateAsync(http),
        < 16 => AnswerAsync(http),
        < 18 => CompleteAsync(http),
        18 => CancelAsync(http),
        _ => DeleteAsync(http),
    };

    private async Task CreateAsync(HttpClient http)
    {
        var attributes = $$"""{"number": {{_random.NextInt64()}}}""";
        var expiresSoon = _random.Next(5) == 0;
        using var answer = await http.PostAsync(workspace.Path("Tasks"), KillWorkspace.Form(
            ("WorkflowSid", _random.Next(3) == 0 ? workspace.HastyWorkflowSid : workspace.PatientWorkflowSid),
            ("Attributes", attributes),
            ("Priority", $"{_random.Next(3)}"),
            ("Timeout", expiresSoon ? $"{_random.Next(1, 3)}" : "3600")));
        if (await ReadAsync(answer, HttpStatusCode.Created) is { } task)
        {
            var sid = task.GetProperty("sid").GetString()!;
            _made.Add(ledger.Tasks[sid] = new TaskEntry(sid, attributes, expiresSoon));
        }
    }

    private async Task AnswerAsync(HttpClient http)
    {
        foreach (var (reservationSid, task) in await ListAsync(http, ReservationStatus.Pending))
        {
            switch (_random.Next(10))
            {
                case < 7:
                    if (await UpdateAsync(http, reservationSid, task, ReservationStatus.Accepted))
                    {
                        task.IsAccepted = true;
                        _accepted.Add((reservationSid, task));
                    }

                    break;
                case 7:
                    await UpdateAsync(http, reservationSid, task, ReservationStatus.Rejected);
                    break;
                default:
                    // Left to its timeout.
                    break;
            }
        }
    }

    private async Task CompleteAsync(HttpClient http)
    {
        foreach (var (reservationSid, task) in _accepted.ToList())
        {
            task.MayBeCompleted = true;
            if (_random.Next(2) == 0)
            {
                await UpdateAsync(http, reservationSid, task, ReservationStatus.Completed);
            }
            else
            {
                using var answer = await http.PostAsync(
                    workspace.Path($"Tasks/{task.Sid}"), KillWorkspace.Form(("AssignmentStatus", "completed")));
                task.IsCompleted |= await ReadAsync(answer, HttpStatusCode.OK) is not null;
            }

            _accepted.Remove((reservationSid, task));
        }
    }

    private async Task CancelAsync(HttpClient http)
    {
        if (Draw() is { } task)
        {
            task.MayBeCanceled = true;
            using var answer = await http.PostAsync(
                workspace.Path($"Tasks/{task.Sid}"), KillWorkspace.Form(("AssignmentStatus", "canceled")));
            task.IsCanceled |= await ReadAsync(answer, HttpStatusCode.OK) is not null;
        }
    }

    private async Task DeleteAsync(HttpClient http)
    {
        if (Draw() is { } task)
        {
            task.MayBeDeleted = true;
            using var answer = await http.DeleteAsync(workspace.Path($"Tasks/{task.Sid}"));
            task.IsDeleted |= await ReadAsync(answer, HttpStatusCode.NoContent) is not null;
        }
    }

    private async Task<bool> UpdateAsync(
        HttpClient http, string reservationSid, TaskEntry task, ReservationStatus status)
    {
        using var answer = await http.PostAsync(
            workspace.Path($"Workers/{workerSid}/Reservations/{reservationSid}"),
            KillWorkspace.Form(("ReservationStatus", WireNames.Of(status))));
        if (await ReadAsync(answer, HttpStatusCode.OK) is null)
        {
            return false;
        }

        ledger.Reservations.GetOrAdd(reservationSid, sid => new ReservationEntry(sid, task)).Acknowledged = status;
        task.IsCompleted |= status == ReservationStatus.Completed;
        return true;
    }

    // An acceptance whose answer was lost would fill the worker's capacity for ever.
    private async Task FindAcceptedAsync(HttpClient http)
    {
        _accepted.Clear();
        foreach (var accepted in await ListAsync(http, ReservationStatus.Accepted))
        {
            _accepted.Add(accepted);
        }
    }

    private async Task<List<(string ReservationSid, TaskEntry Task)>> ListAsync(
        HttpClient http, ReservationStatus status)
    {
        using var answer = await http.GetAsync(
            workspace.Path($"Workers/{workerSid}/Reservations?ReservationStatus={WireNames.Of(status)}"));
        if (await ReadAsync(answer, HttpStatusCode.OK, acknowledges: false) is not { } page)
        {
            return [];
        }

        // A task whose creation was not acknowledged has no entry: nothing can be said about it, so it is left alone.
        return [.. page.GetProperty("reservations").EnumerateArray()
            .Select(row => (Sid: row.GetProperty("sid").GetString()!, Task: row.GetProperty("task_sid").GetString()!))
            .Where(row => ledger.Tasks.ContainsKey(row.Task))
            .Select(row => (row.Sid, ledger.Tasks[row.Task]))];
    }

    private TaskEntry? Draw()
    {
        if (_made.Count == 0)
        {
            return null;
        }

        var index = _random.Next(_made.Count);
        var task = _made[index];
        _made.RemoveAt(index);
        return task;
    }

    /// <summary>The body of the wanted answer; null for a refusal, which races between clients make legal.</summary>
    private async Task<JsonElement?> ReadAsync(
        HttpResponseMessage answer, HttpStatusCode wanted, bool acknowledges = true)
    {
        var body = await answer.Content.ReadAsStringAsync();
        if (answer.StatusCode == wanted)
        {
            if (acknowledges)
            {
                ledger.CountAcknowledged();
            }

            return body.Length == 0 ? default(JsonElement) : JsonElement.Parse(body);
        }

        if (_toleratesOutages && answer.StatusCode == HttpStatusCode.ServiceUnavailable && IsOurs(body))
        {
            ledger.CountOutage();
            await Task.Delay(OutagePause);
            return null;
        }

        if (answer.StatusCode is not (HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.Gone))
        {
            ledger.Unexpected.Enqueue($"{answer.RequestMessage?.RequestUri}: {(int)answer.StatusCode} {body}");
        }

        return null;
    }

    private static bool IsOurs(string body)
    {
        var error = JsonElement.Parse(body);
        return error.GetProperty("code").GetInt32() == UnavailableCode && error.GetProperty("status").GetInt32() == 503;
    }

    // The client's library lets the socket's own exception through when the server dies between accepting a connection
    // and being asked for its address.
    private static bool IsLostConnection(Exception exception) =>
        exception is HttpRequestException or IOException or TaskCanceledException or SocketException;
}
