using System.Globalization;
using Microsoft.AspNetCore.Http;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Callbacks;
using Xunit;

namespace TaskRouter.Server.Tests.Callbacks;

public sealed class AssignmentCallbacksTests
{
    private const string Accept = """{"instruction":"accept"}""";

    [Fact]
    public async Task Instruction_accept_accepts_the_reservation()
    {
        await using var receiver = await HttpReceiver.StartAsync(Accept);
        await using var scene = await CallbackScene.StartAsync();
        await scene.AddWorkerAsync("alice");
        var task = await scene.AddTaskAsync(await scene.AddWorkflowAsync("Sales", receiver.Url));

        var reservation = await scene.UntilOnlyReservationAsync(IsAccepted);

        reservation.CallbackDue.ShouldBeFalse();
        scene.View.Tasks.Find(task.Sid)!.AssignmentStatus.ShouldBe(AssignmentStatus.Assigned);
        receiver.Calls.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_callback_carries_task_worker_and_where_they_met()
    {
        await using var receiver = await HttpReceiver.StartAsync("{}");
        await using var scene = await CallbackScene.StartAsync();
        var worker = await scene.AddWorkerAsync("alice");
        var workflow = await scene.AddWorkflowAsync("Sales", receiver.Url);
        var task = await scene.AddTaskAsync(workflow);

        var reservation = await scene.UntilOnlyReservationAsync(IsSettled);

        var form = receiver.Calls.ShouldHaveSingleItem().Form;
        var sent = DateTimeOffset.FromUnixTimeSeconds(long.Parse(form["Timestamp"], CultureInfo.InvariantCulture));
        (TimeProvider.System.GetUtcNow() - sent).TotalSeconds.ShouldBeInRange(-1, 30);
        int.Parse(form["TaskAge"], CultureInfo.InvariantCulture).ShouldBeInRange(0, 30);
        form.Remove("Timestamp");
        form.Remove("TaskAge");
        form.ShouldBe(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["AccountSid"] = CallbackScene.Account.Sid.ToString(),
                ["WorkspaceSid"] = scene.Loop.Sid.ToString(),
                ["WorkflowSid"] = workflow.Sid.ToString(),
                ["TaskQueueSid"] = task.TaskQueueSid!.Value.ToString(),
                ["WorkerSid"] = worker.Sid.ToString(),
                ["WorkerName"] = "alice",
                ["WorkerAttributes"] = """{"name":"alice"}""",
                ["TaskSid"] = task.Sid.ToString(),
                ["TaskPriority"] = "7",
                ["TaskAttributes"] = """{"customer":"Zoë & Sons"}""",
                ["TaskChannelSid"] = task.TaskChannelSid.ToString(),
                ["TaskChannelUniqueName"] = "default",
                ["ReservationSid"] = reservation.Sid.ToString(),
            },
            ignoreOrder: true);
    }

    [Fact]
    public async Task Instruction_reject_moves_the_worker_to_the_activity_it_names()
    {
        await using var scene = await CallbackScene.StartAsync();
        var away = scene.Activity(available: false);
        await using var receiver = await HttpReceiver.StartAsync(
            $$"""{"instruction":"reject","activity_sid":"{{away.Sid}}"}""");
        var worker = await scene.AddWorkerAsync("alice");
        var task = await scene.AddTaskAsync(await scene.AddWorkflowAsync("Sales", receiver.Url));

        await scene.UntilOnlyReservationAsync(reservation => reservation.Status == ReservationStatus.Rejected);

        scene.View.Workers.Find(worker.Sid)!.ActivitySid.ShouldBe(away.Sid);
        scene.View.Tasks.Find(task.Sid)!.AssignmentStatus.ShouldBe(AssignmentStatus.Pending);
    }

    [Fact]
    public async Task Without_an_instruction_the_reservation_waits_for_the_api()
    {
        await using var receiver = await HttpReceiver.StartAsync("{}");
        await using var scene = await CallbackScene.StartAsync();
        await scene.AddWorkerAsync("alice");
        await scene.AddTaskAsync(await scene.AddWorkflowAsync("Sales", receiver.Url));

        var reservation = await scene.UntilOnlyReservationAsync(IsSettled);

        reservation.Status.ShouldBe(ReservationStatus.Pending);
        await scene.StopAsync();
        receiver.Calls.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_activity_that_does_not_exist_leaves_the_reservation_pending()
    {
        await using var receiver = await HttpReceiver.StartAsync(
            """{"instruction":"reject","activity_sid":"WA0123456789abcdef0123456789abcdef"}""");
        await using var scene = await CallbackScene.StartAsync();
        await scene.AddWorkerAsync("alice");
        await scene.AddTaskAsync(await scene.AddWorkflowAsync("Sales", receiver.Url));

        var reservation = await scene.UntilOnlyReservationAsync(IsSettled);

        reservation.Status.ShouldBe(ReservationStatus.Pending);
    }

    [Fact]
    public async Task A_failed_callback_goes_to_the_fallback_url_with_the_error_added()
    {
        await using var sick = await HttpReceiver.StartAsync(context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        await using var fallback = await HttpReceiver.StartAsync(Accept);
        await using var scene = await CallbackScene.StartAsync();
        await scene.AddWorkerAsync("alice");
        var url = $"{sick.Url}/assign?key=1";
        await scene.AddTaskAsync(await scene.AddWorkflowAsync("Sales", $"{url}#rc=0", fallback.Url));

        await scene.UntilOnlyReservationAsync(IsAccepted);

        var first = sick.Calls.ShouldHaveSingleItem();
        var second = fallback.Calls.ShouldHaveSingleItem();
        second.Form.Keys.ShouldBe([.. first.Form.Keys, "ErrorCode", "ErrorUrl"], ignoreOrder: true);
        (second.Form["ErrorCode"], second.Form["ErrorUrl"]).ShouldBe(("11200", url));
        second.Form["ReservationSid"].ShouldBe(first.Form["ReservationSid"]);
        TokenOf(second).ShouldBe(TokenOf(first));
    }

    [Fact]
    public async Task An_answer_that_is_no_json_goes_to_the_fallback_url_too()
    {
        await using var html = await HttpReceiver.StartAsync(context => context.Response.WriteAsync("<html/>"));
        await using var fallback = await HttpReceiver.StartAsync(Accept);
        await using var scene = await CallbackScene.StartAsync();
        await scene.AddWorkerAsync("alice");
        await scene.AddTaskAsync(await scene.AddWorkflowAsync("Sales", html.Url, fallback.Url));

        await scene.UntilOnlyReservationAsync(IsAccepted);

        fallback.Calls.ShouldHaveSingleItem().Form["ErrorCode"].ShouldBe("40000");
    }

    [Fact]
    public async Task When_both_urls_fail_the_reservation_stays_pending()
    {
        await using var slow = await HttpReceiver.StartAsync(HttpReceiver.HangAsync);
        await using var html = await HttpReceiver.StartAsync(context => context.Response.WriteAsync("<html/>"));
        await using var scene = await CallbackScene.StartAsync();
        await scene.AddWorkerAsync("alice");
        await scene.AddTaskAsync(await scene.AddWorkflowAsync("Sales", $"{slow.Url}/#tt=100", html.Url));

        var reservation = await scene.UntilOnlyReservationAsync(IsSettled);

        reservation.Status.ShouldBe(ReservationStatus.Pending);
        html.Calls.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Nobody_is_called_before_the_reservation_is_on_disk()
    {
        await using var receiver = await HttpReceiver.StartAsync("{}");
        await using var scene = await CallbackScene.StartAsync();
        await scene.AddWorkerAsync("alice");
        var workflow = await scene.AddWorkflowAsync("Sales", receiver.Url);
        var disk = new TaskCompletionSource();
        scene.Store.Gate = disk.Task;

        var adding = scene.AddTaskAsync(workflow);
        await Task.Delay(200);
        receiver.Calls.ShouldBeEmpty();

        disk.SetResult();
        await adding;
        await receiver.NextAsync();
    }

    [Fact]
    public async Task An_answer_that_comes_too_late_changes_nothing()
    {
        var answer = new TaskCompletionSource();
        await using var receiver = await HttpReceiver.StartAsync(async context =>
        {
            await answer.Task;
            await HttpReceiver.Json(Accept)(context);
        });
        await using var scene = await CallbackScene.StartAsync();
        await scene.AddWorkerAsync("alice");
        await scene.AddTaskAsync(await scene.AddWorkflowAsync("Sales", receiver.Url));
        await receiver.NextAsync();
        await RejectAsync(scene, scene.Reservations.Single());

        answer.SetResult();
        await scene.StopAsync();

        scene.Reservations.Single().Status.ShouldBe(ReservationStatus.Rejected);
    }

    [Fact]
    public async Task A_reservation_answered_while_it_waits_in_line_is_not_called()
    {
        var answer = new TaskCompletionSource();
        await using var receiver = await HttpReceiver.StartAsync(async context =>
        {
            await answer.Task;
            await HttpReceiver.Json("{}")(context);
        });
        await using var scene = await CallbackScene.StartAsync(
            options: new AssignmentCallbackOptions { CallsPerReceiverMax = 1 });
        var workflow = await scene.AddWorkflowAsync("Sales", receiver.Url);
        for (var index = 0; index < 3; index++)
        {
            await scene.AddWorkerAsync($"worker{index}");
            await scene.AddTaskAsync(workflow);
        }

        await receiver.NextAsync();
        var second = scene.Reservations.ElementAt(1);
        await RejectAsync(scene, second);

        answer.SetResult();
        await scene.UntilAsync(() => scene.Reservations.All(IsSettled));

        receiver.Calls.Count.ShouldBe(2);
        receiver.Calls.ShouldAllBe(call => call.Form["ReservationSid"] != second.Sid.ToString());
    }

    [Fact]
    public async Task A_slow_receiver_holds_up_neither_routing_nor_other_receivers()
    {
        const int Tasks = 40;
        await using var slow = await HttpReceiver.StartAsync(HttpReceiver.HangAsync);
        await using var healthy = await HttpReceiver.StartAsync(Accept);
        await using var scene = await CallbackScene.StartAsync(options: new AssignmentCallbackOptions
        {
            CallsMax = 8,
            CallsPerReceiverMax = 6,
            StopTimeout = TimeSpan.Zero,
        });
        var stuck = await scene.AddWorkflowAsync("Stuck", slow.Url);
        var sales = await scene.AddWorkflowAsync("Sales", healthy.Url);
        for (var index = 0; index < Tasks; index++)
        {
            await scene.AddWorkerAsync($"worker{index}");
            await scene.AddTaskAsync(stuck);
        }

        scene.Reservations.Count(reservation => reservation.Status == ReservationStatus.Pending).ShouldBe(Tasks);
        await scene.AddWorkerAsync("alice");
        await scene.AddTaskAsync(sales);
        await scene.UntilAsync(() => scene.Reservations.Any(IsAccepted));

        slow.Calls.Count.ShouldBeInRange(1, 6);
    }

    [Fact]
    public async Task A_callback_that_a_stop_interrupts_is_sent_again_after_the_restart()
    {
        var store = new MemoryStore();
        var down = true;
        await using var receiver = await HttpReceiver.StartAsync(
            context => Volatile.Read(ref down) ? HttpReceiver.HangAsync(context) : HttpReceiver.Json(Accept)(context));
        await using (var before = await CallbackScene.StartAsync(
            store, new AssignmentCallbackOptions { StopTimeout = TimeSpan.FromMilliseconds(50) }))
        {
            await before.AddWorkerAsync("alice");
            await before.AddTaskAsync(await before.AddWorkflowAsync("Sales", receiver.Url));
            await receiver.NextAsync();
            await before.StopAsync();
            before.Reservations.Single().CallbackDue.ShouldBeTrue();
        }

        Volatile.Write(ref down, false);
        await using var after = await CallbackScene.StartAsync(store);
        await after.UntilOnlyReservationAsync(IsAccepted);

        receiver.Calls.Count.ShouldBe(2);
        TokenOf(receiver.Calls.First()).ShouldBe(TokenOf(receiver.Calls.Last()));
    }

    [Fact]
    public async Task A_stopping_server_still_obeys_the_answer_that_comes_in_time()
    {
        var answer = new TaskCompletionSource();
        await using var receiver = await HttpReceiver.StartAsync(async context =>
        {
            await answer.Task;
            await HttpReceiver.Json(Accept)(context);
        });
        await using var scene = await CallbackScene.StartAsync(
            options: new AssignmentCallbackOptions { StopTimeout = TimeSpan.FromSeconds(30) });
        await scene.AddWorkerAsync("alice");
        await scene.AddTaskAsync(await scene.AddWorkflowAsync("Sales", receiver.Url));
        await receiver.NextAsync();

        var stopping = scene.StopAsync();
        answer.SetResult();
        await stopping;

        scene.Reservations.Single().Status.ShouldBe(ReservationStatus.Accepted);
    }

    [Fact]
    public async Task An_answer_survives_a_save_that_fails()
    {
        var answer = new TaskCompletionSource();
        await using var receiver = await HttpReceiver.StartAsync(async context =>
        {
            await answer.Task;
            await HttpReceiver.Json(Accept)(context);
        });
        await using var scene = await CallbackScene.StartAsync();
        await scene.AddWorkerAsync("alice");
        await scene.AddTaskAsync(await scene.AddWorkflowAsync("Sales", receiver.Url));
        await receiver.NextAsync();
        scene.Store.FailNextSave();

        answer.SetResult();
        await scene.UntilOnlyReservationAsync(IsAccepted);

        receiver.Calls.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_workflow_without_a_url_owes_no_callback()
    {
        await using var scene = await CallbackScene.StartAsync();
        await scene.AddWorkerAsync("alice");
        await scene.AddTaskAsync(await scene.AddWorkflowAsync("Sales", url: null));

        scene.Reservations.Single().CallbackDue.ShouldBeFalse();
    }

    [Fact]
    public async Task The_log_names_a_failed_callback_without_its_secrets()
    {
        await using var html = await HttpReceiver.StartAsync(
            context => context.Response.WriteAsync("<html>secret</html>"));
        await using var scene = await CallbackScene.StartAsync();
        await scene.AddWorkerAsync("alice");
        var url = html.Url.Replace("//", "//user:secret@", StringComparison.Ordinal) + "/assign?key=secret#rc=0";
        await scene.AddTaskAsync(await scene.AddWorkflowAsync("Sales", url));

        var reservation = await scene.UntilOnlyReservationAsync(IsSettled);

        var line = scene.Log.Lines.ShouldHaveSingleItem();
        line.ShouldBe($"Warning: Workspace {scene.Loop.Sid}: assignment callback for reservation {reservation.Sid} "
            + $"to {html.Url}/assign failed: 40000, the answer's Content-Type is not application/json.");
    }

    private static bool IsAccepted(Reservation reservation) => reservation.Status == ReservationStatus.Accepted;

    private static bool IsSettled(Reservation reservation) => !reservation.CallbackDue;

    private static string TokenOf(ReceivedCall call) => call.Headers[CallbackSender.IdempotencyHeader];

    /// <summary>Through the API, with the worker gone away, so that the task is not offered again.</summary>
    private static Task<Reservation> RejectAsync(CallbackScene scene, Reservation reservation) =>
        scene.Loop.ExecuteAsync(new UpdateReservation(
            reservation.Sid, ReservationStatus.Rejected, scene.Activity(available: false).Sid));
}
