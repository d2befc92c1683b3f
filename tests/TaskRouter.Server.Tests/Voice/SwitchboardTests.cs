using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Journal;
using TaskRouter.Server.Tests.Callbacks;
using TaskRouter.Server.Voice;
using Xunit;

namespace TaskRouter.Server.Tests.Voice;

/// <summary>Calls that end otherwise than they should, with a telephony that does as it is told.</summary>
public sealed class SwitchboardTests
{
    private const string Contact = """{"contact_uri":"client:alice"}""";

    public static TheoryData<string, int, int> Instructions => new()
    {
        { """{"instruction":"dequeue","from":"1"}""", 40133, 40135 },
        { """{"instruction":"call","from":"1","url":"http://a/","accept":true}""", 40113, 40114 },
        {
            $$"""{"instruction":"redirect","call_sid":"{{VoiceScene.CallSid}}","url":"http://a/","accept":true}""",
            40122, 40123
        },
        { """{"instruction":"conference"}""", 40145, 40144 },
    };

    [Theory]
    [MemberData(nameof(Instructions))]
    public async Task A_call_that_fails_leaves_the_reservation_pending_with_an_alert(string answer, int code, int late)
    {
        late.ShouldNotBe(code);
        await using var receiver = await HttpReceiver.StartAsync(answer);
        var busy = Task.FromResult<string?>("busy");
        await using var scene = await CallbackScene.StartAsync(telephony: new Telephony(busy));

        var reservation = await OfferAsync(scene, receiver);

        var alert = (await scene.UntilAlertsAsync()).Single();
        (alert.Code, alert.Level, alert.ResourceSid).ShouldBe((code, AlertLevel.Error, reservation.Sid));
        alert.Text.ShouldContain("busy");
        (await scene.UntilCallsAsync()).Single().Outcome.ShouldBe(CallOutcome.Failed);
        scene.Reservations.Single().Status.ShouldBe(ReservationStatus.Pending);
    }

    [Theory]
    [MemberData(nameof(Instructions))]
    public async Task A_reservation_that_has_ended_meanwhile_stays_ended_with_an_alert(
        string answer, int failed, int code)
    {
        failed.ShouldNotBe(code);
        var connected = new TaskCompletionSource<string?>();
        await using var receiver = await HttpReceiver.StartAsync(answer);
        await using var scene = await CallbackScene.StartAsync(telephony: new Telephony(connected.Task));
        var reservation = await OfferAsync(scene, receiver);
        await scene.UntilOnlyReservationAsync(row => !row.CallbackDue);
        await scene.Loop.ExecuteAsync(new UpdateReservation(
            reservation.Sid, ReservationStatus.Rejected, scene.Activity(available: false).Sid));

        connected.SetResult(null);

        (await scene.UntilAlertsAsync()).Single().Code.ShouldBe(code);
        (await scene.UntilCallsAsync()).Single().Outcome.ShouldBe(CallOutcome.Late);
        scene.Reservations.Single().Status.ShouldBe(ReservationStatus.Rejected);
    }

    [Fact]
    public async Task A_telephony_that_throws_is_a_call_that_has_failed()
    {
        await using var receiver = await HttpReceiver.StartAsync("""{"instruction":"dequeue","from":"1"}""");
        var failing = Task.FromException<string?>(new InvalidOperationException("no line"));
        await using var scene = await CallbackScene.StartAsync(telephony: new Telephony(failing));

        await OfferAsync(scene, receiver);

        (await scene.UntilAlertsAsync()).Single().Code.ShouldBe(40133);
    }

    [Fact]
    public async Task A_stop_leaves_a_call_under_way_and_its_reservation_as_it_is()
    {
        await using var receiver = await HttpReceiver.StartAsync("""{"instruction":"dequeue","from":"1"}""");
        var telephony = new Telephony(new TaskCompletionSource<string?>().Task);
        await using var scene = await CallbackScene.StartAsync(telephony: telephony);
        await OfferAsync(scene, receiver);
        await telephony.Called.Task.WaitAsync(TimeSpan.FromSeconds(30));

        await scene.StopAsync();

        scene.Reservations.Single().Status.ShouldBe(ReservationStatus.Pending);
    }

    [Theory]
    [InlineData("""{"instruction":"dequeue","from":"1"}""", 40151)]
    [InlineData("""{"instruction":"call","from":"1","url":"http://a/"}""", 40151)]
    [InlineData($$"""{"instruction":"redirect","call_sid":"{{VoiceScene.CallSid}}","url":"http://a/"}""", 40151)]
    [InlineData("""{"instruction":"conference"}""", 0)]
    public async Task Whoever_takes_over_can_be_connected_by_a_conference_alone(string answer, int code)
    {
        var answers = new Queue<string>(["""{"instruction":"accept"}""", answer]);
        await using var receiver = await HttpReceiver.StartAsync(
            context => HttpReceiver.Json(answers.TryDequeue(out var next) ? next : "{}")(context));
        await using var scene = await CallbackScene.StartAsync();
        var first = await OfferAsync(scene, receiver);
        await scene.UntilOnlyReservationAsync(row => row.Status == ReservationStatus.Accepted);
        var bob = await scene.Loop.ExecuteAsync(
            new CreateWorker("bob", scene.Activity(available: true).Sid, Contact));

        await scene.Loop.ExecuteAsync(new StartTransfer(first.TaskSid, first.Sid, bob.Sid));

        Reservation OfBob() => scene.Reservations.Single(row => row.WorkerSid == bob.Sid);
        if (code > 0)
        {
            (await scene.UntilAlertsAsync()).Single().Code.ShouldBe(code);
            OfBob().Status.ShouldBe(ReservationStatus.Pending);
        }
        else
        {
            await scene.UntilAsync(() => OfBob().Status == ReservationStatus.Accepted);
        }
    }

    private static async Task<Reservation> OfferAsync(CallbackScene scene, HttpReceiver receiver)
    {
        await scene.Loop.ExecuteAsync(new CreateWorker("alice", scene.Activity(available: true).Sid, Contact));
        var workflow = await scene.AddWorkflowAsync("Sales", receiver.Url);
        await scene.Loop.ExecuteAsync(new CreateTask(workflow.Sid, VoiceScene.Task));
        return scene.Reservations.Single();
    }

    /// <summary>Every call ends as this one does.</summary>
    private sealed class Telephony(Task<string?> end) : ITelephony
    {
        public TaskCompletionSource Called { get; } = new();

        public Task<string?> ConnectAsync(VoiceCall call, CancellationToken stop)
        {
            Called.TrySetResult();
            return end.WaitAsync(stop);
        }
    }
}
