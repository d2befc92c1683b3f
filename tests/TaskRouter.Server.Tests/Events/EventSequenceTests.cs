using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Shouldly;
using TaskRouter.Server.Tests.Api;
using TaskRouter.Server.Tests.Callbacks;
using Xunit;

namespace TaskRouter.Server.Tests.Events;

public sealed class EventSequenceTestsOnSqlite(ServerFixture fixture)
    : EventSequenceTests(fixture.Server), IClassFixture<ServerFixture>;

public sealed class EventSequenceTestsOnPostgres(PostgresServerFixture fixture)
    : EventSequenceTests(fixture.Server), IClassFixture<PostgresServerFixture>;

/// <summary>
/// What is told in which order, and that the log and the webhook tell the same, parameter by parameter. Each event is
/// written with the status that its task has after it. https://www.twilio.com/docs/taskrouter/api/event/reference
/// </summary>
public abstract class EventSequenceTests : IAsyncLifetime
{
    private const string Entered =
        "task.created:pending workflow.entered:pending workflow.target-matched:pending task-queue.entered:pending";

    private const string Offered = Entered + " reservation.created:reserved";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TestServer _server;
    private HttpReceiver? _receiver;
    private string _workspace = "";
    private string _task = "";

    // What there is in the workspace, by the parameter that names it and its name.
    private readonly Dictionary<(string Parameter, string Name), string> _sids = [];

    private protected EventSequenceTests(TestServer server) => _server = server;

    public async ValueTask InitializeAsync() => _receiver = await HttpReceiver.StartAsync(_ => Task.CompletedTask);

    public async ValueTask DisposeAsync()
    {
        await _receiver!.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_task_is_accepted_wrapped_up_and_completed()
    {
        await SetUpAsync();
        await AnswerAsync("accepted");
        await _server.PostAsync(_task, ("AssignmentStatus", "wrapping"), ("Reason", "bye"));
        await _server.PostAsync(_task, ("AssignmentStatus", "completed"), ("Reason", "done"));

        var log = await ShouldTellAsync(
            Offered + " reservation.accepted:assigned reservation.wrapup:wrapping task.wrapup:wrapping "
            + "reservation.completed:completed task.completed:completed");

        Text(log[^1], "task_completed_reason").ShouldBe("done");
        Text(log[^1], "worker_name").ShouldBe("Worker 0");
        Text(log[3], "task_queue_name").ShouldBe("First");
        Text(log[4], "reservation_timeout").ShouldBe("120");
    }

    [Fact]
    public async Task A_rejected_task_is_offered_again()
    {
        await SetUpAsync();
        await AnswerAsync("rejected");

        var log = await ShouldTellAsync(Offered + " reservation.rejected:pending reservation.created:reserved");

        Text(log[^1], "reservation_sid").ShouldNotBe(Text(log[4], "reservation_sid"));
    }

    [Fact]
    public async Task An_offer_times_out_and_its_worker_moves()
    {
        await SetUpAsync(reservationTimeout: 1);

        var log = await ShouldTellAsync(Offered + " reservation.timeout:pending worker.activity.update");

        Text(log[^1], "worker_activity_name").ShouldBe("Offline");
        Text(log[^1], "worker_previous_activity_name").ShouldBe("Available");
        int.Parse(Text(log[^1], "worker_time_in_previous_activity"), CultureInfo.InvariantCulture)
            .ShouldBeInRange(1, 20);
    }

    [Fact]
    public async Task Of_three_who_are_asked_two_are_rescinded()
    {
        await SetUpAsync(workers: 3, maxReserved: 3);
        await AnswerAsync("accepted");

        await ShouldTellAsync(
            Offered + " reservation.created:reserved reservation.created:reserved reservation.accepted:assigned "
            + "reservation.rescinded:assigned reservation.rescinded:assigned");
    }

    [Fact]
    public async Task A_step_expires_and_the_task_moves_to_another_queue()
    {
        await SetUpAsync(workers: 0, targets: """{ "queue": "first", "timeout": 1 }, { "queue": "second" }""");

        var log = await ShouldTellAsync(
            Entered + " task-queue.timeout:pending workflow.target-matched:pending task-queue.moved:pending "
            + "task-queue.entered:pending");

        Text(log[6], "previous_task_queue_name").ShouldBe("First");
        Text(log[6], "task_queue_name").ShouldBe("Second");
        Text(log[6], "target_changed_reason").ShouldNotBeEmpty();
    }

    [Fact]
    public async Task The_last_step_expires_and_the_task_is_canceled()
    {
        await SetUpAsync(workers: 0, targets: """{ "queue": "first", "timeout": 1 }""");

        await ShouldTellAsync(Entered + " task-queue.timeout:pending workflow.timeout:pending task.canceled:canceled");
    }

    [Fact]
    public async Task A_task_that_lives_too_long_is_canceled()
    {
        await SetUpAsync(workers: 0, taskTimeout: 1);

        var log = await ShouldTellAsync(Entered + " task.canceled:canceled");

        Text(log[^1], "event_description").ShouldBe("Task TTL Exceeded");
        Text(log[^1], "task_canceled_reason").ShouldBe("Task TTL Exceeded");
    }

    [Fact]
    public async Task A_task_is_canceled_while_it_is_offered()
    {
        await SetUpAsync();
        await _server.PostAsync(_task, ("AssignmentStatus", "canceled"), ("Reason", "changed my mind"));

        await ShouldTellAsync(Offered + " reservation.canceled:canceled task.canceled:canceled");
    }

    [Fact]
    public async Task A_task_is_deleted_while_somebody_works_on_it()
    {
        await SetUpAsync();
        await AnswerAsync("accepted");
        await _server.DeleteAsync(_task);

        await ShouldTellAsync(
            Offered + " reservation.accepted:assigned reservation.completed:assigned task.deleted:assigned");
    }

    [Fact]
    public async Task A_legacy_worker_goes_through_the_activities_of_its_queue()
    {
        await SetUpAsync(multiTask: false);
        await AnswerAsync("accepted");

        var log = await ShouldTellAsync(
            Offered + " worker.activity.update reservation.accepted:assigned worker.activity.update");

        Text(log[5], "worker_activity_name").ShouldBe("Reserved");
        Text(log[7], "worker_activity_name").ShouldBe("Busy");
    }

    /// <summary>A workspace, and in it the one task that the test is about.</summary>
    private async Task SetUpAsync(
        int workers = 1,
        int maxReserved = 1,
        int reservationTimeout = 120,
        int taskTimeout = 86_400,
        bool multiTask = true,
        string targets = """{ "queue": "first" }""")
    {
        _workspace = "/v1/Workspaces/" + await CreateAsync(
            "/v1/Workspaces",
            ("FriendlyName", $"{Guid.NewGuid()}"),
            ("MultiTaskEnabled", $"{multiTask}"),
            ("EventCallbackUrl", _receiver!.Url));
        var activities = (await _server.GetAsync($"{_workspace}/Activities")).Items("activities")
            .ToDictionary(row => Text(row, "friendly_name"), row => Text(row, "sid"));
        (string, string)[] legacy = multiTask
            ? []
            : [("ReservationActivitySid", activities["Reserved"]), ("AssignmentActivitySid", activities["Busy"])];
        var first = await CreateAsync(
            $"{_workspace}/TaskQueues",
            [("FriendlyName", "First"), ("MaxReservedWorkers", $"{maxReserved}"), .. legacy]);
        var second = await CreateAsync($"{_workspace}/TaskQueues", ("FriendlyName", "Second"));
        var steps = targets.Replace("first", first, StringComparison.Ordinal)
            .Replace("second", second, StringComparison.Ordinal);
        await CreateAsync(
            $"{_workspace}/Workflows",
            ("FriendlyName", "Main"),
            ("TaskReservationTimeout", $"{reservationTimeout}"),
            ("Configuration", $$"""
                { "task_routing": { "filters": [{ "expression": "1 == 1", "targets": [{{steps}}] }] } }
                """));
        for (var number = 0; number < workers; number++)
        {
            await CreateAsync(
                $"{_workspace}/Workers",
                ("FriendlyName", $"Worker {number}"),
                ("ActivitySid", activities[multiTask ? "Available" : "Idle"]));
        }

        _task = $"{_workspace}/Tasks/" + await CreateAsync($"{_workspace}/Tasks", ("Timeout", $"{taskTimeout}"));
    }

    private async Task<string> CreateAsync(string path, params (string Name, string Value)[] form)
    {
        var created = (await _server.PostAsync(path, form)).ShouldBe(HttpStatusCode.Created);
        if (created.Json.TryGetProperty("friendly_name", out var name))
        {
            _sids[(path.Split('/')[^1].TrimEnd('s'), name.GetString()!)] = created.Sid;
        }

        return created.Sid;
    }

    private async Task AnswerAsync(string status)
    {
        var reservation = (await _server.GetAsync($"{_task}/Reservations")).Items("reservations")[0];
        (await _server.PostAsync(reservation.GetProperty("url").GetString()!, ("ReservationStatus", status)))
            .ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>Waits for the events since the task's creation, and returns their data.</summary>
    private async Task<List<JsonElement>> ShouldTellAsync(string expected)
    {
        var count = expected.Split(' ').Length;
        for (var watch = Stopwatch.StartNew(); Told().Count() < count && watch.Elapsed < Patience;)
        {
            await Task.Delay(20);
        }

        var log = (await _server.GetAsync($"{_workspace}/Events?PageSize=1000")).Items("events")
            .Reverse()
            .SkipWhile(row => row.GetProperty("event_type").GetString() != "task.created")
            .ToList();
        var data = log.ConvertAll(row => row.GetProperty("event_data"));
        string.Join(' ', data.Select(Label)).ShouldBe(expected);
        Told().Select(form => form["Sid"]).ShouldBe(data.Select(row => Text(row, "sid")));
        var hasMoved = false;
        var last = 0L;
        foreach (var (row, parameters, form) in log.Zip(data, Told()))
        {
            hasMoved |= form["EventType"] == "task-queue.timeout";
            form.Keys.ShouldBe(
                EventParameters.Of(form["EventType"], form.GetValueOrDefault("TaskAssignmentStatus"), hasMoved),
                ignoreOrder: true,
                form["EventType"]);
            ShouldName(form);
            var at = long.Parse(form["TimestampMs"], CultureInfo.InvariantCulture);
            at.ShouldBeGreaterThanOrEqualTo(last);
            last = at;
            row.GetProperty("event_date_ms").GetInt64().ShouldBe(at);
            form["Timestamp"].ShouldBe((at / 1_000).ToString(CultureInfo.InvariantCulture));
            form.ShouldBe(
                parameters.EnumerateObject()
                    .ToDictionary(field => FormName(field.Name), field => field.Value.GetString()!),
                ignoreOrder: true);
            form["EventType"].ShouldBe(row.GetProperty("event_type").GetString());
            form["ResourceSid"].ShouldBe(row.GetProperty("resource_sid").GetString());
            form["EventDescription"].ShouldBe(row.GetProperty("description").GetString());
        }

        return data;
    }

    /// <summary>The records that it is about are those of the workspace, each with its own name.</summary>
    private void ShouldName(Dictionary<string, string> form)
    {
        form["AccountSid"].ShouldBe(TestServer.Account.Sid.ToString());
        $"/v1/Workspaces/{form["WorkspaceSid"]}".ShouldBe(_workspace);
        foreach (var what in new[] { "Workspace", "Workflow", "TaskQueue", "PreviousTaskQueue", "Worker" })
        {
            if (form.TryGetValue($"{what}Name", out var name))
            {
                form[$"{what}Sid"].ShouldBe(_sids[(what.Replace("Previous", "", StringComparison.Ordinal), name)]);
            }
        }

        if (form.TryGetValue("TaskSid", out var task))
        {
            $"{_workspace}/Tasks/{task}".ShouldBe(_task);
        }

        var about = form["EventType"].Split('.')[0] switch
        {
            "worker" => "WorkerSid",
            "reservation" => "ReservationSid",
            _ => "TaskSid",
        };
        form["ResourceSid"].ShouldBe(form[about]);
    }

    private IEnumerable<Dictionary<string, string>> Told() => _receiver!.Calls
        .Select(call => call.Form)
        .SkipWhile(form => form["EventType"] != "task.created");

    private static string Label(JsonElement data) => data.TryGetProperty("task_assignment_status", out var status)
        ? $"{Text(data, "event_type")}:{status.GetString()}"
        : Text(data, "event_type");

    private static string FormName(string name) =>
        string.Concat(name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    private static string Text(JsonElement data, string name) => data.GetProperty(name).GetString()!;
}
