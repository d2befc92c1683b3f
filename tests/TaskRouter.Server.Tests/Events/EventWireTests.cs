using System.Reflection;
using System.Text.Json;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;
using TaskRouter.Server.Tests.Storage;
using Xunit;

namespace TaskRouter.Server.Tests.Events;

public class EventWireTests
{
    private const string Common =
        "event_type sid account_sid workspace_sid workspace_name event_description resource_type resource_sid "
        + "timestamp timestamp_ms";

    private const string Task =
        " task_sid task_attributes task_age task_priority task_assignment_status reason task_version task_timeout "
        + "task_channel_sid task_channel_unique_name task_date_created task_virtual_start_time "
        + "task_queue_entered_date task_age_in_queue task_ignore_capacity task_routing_target";

    private const string Queue = " task_queue_sid task_queue_name task_queue_target_expression";
    private const string Workflow = " workflow_sid workflow_name";
    private const string Placement = Task + Queue + Workflow;

    private const string Step =
        " workflow_filter_name workflow_filter_expression workflow_filter_target_name "
        + "workflow_filter_target_expression known_worker_sid";

    private const string Move =
        " previous_task_queue_sid previous_task_queue_name previous_task_priority target_changed_reason";

    private const string Worker =
        " worker_sid worker_name worker_attributes worker_activity_sid worker_activity_name worker_version";

    private const string ActivityChange =
        " worker_time_in_previous_activity worker_time_in_previous_activity_ms worker_previous_activity_sid "
        + "worker_previous_activity_name";

    private const string ChannelChange =
        " worker_channel_available worker_channel_available_capacity worker_channel_consumed_capacity "
        + "worker_channel_capacity worker_channel_previous_capacity worker_channel_task_count task_channel_sid "
        + "task_channel_unique_name";

    private const string Reservation = " reservation_sid reservation_version reservation_timeout";

    private const string Transfer =
        " task_transfer_sid transfer_type transfer_to transfer_mode transfer_status transfer_started "
        + "transfer_failed_reason transfer_initiating_worker_sid transfer_initiating_reservation_sid";

    private const string HandOver = Placement + Worker + Transfer;
    private const string Offer = Reservation + Placement + Step + Worker + Transfer;
    private const string Activity = " activity_sid activity_name activity_available";

    private const string Channel =
        " task_channel_sid task_channel_name task_channel_unique_name task_channel_optimized_routing";

    private readonly Filled _filled = new();

    // https://www.twilio.com/docs/taskrouter/api/event/reference
    [Theory]
    [InlineData("workspace.created workspace.updated workspace.deleted", "")]
    [InlineData("activity.created activity.updated activity.deleted", Activity)]
    [InlineData("task-channel.created task-channel.updated task-channel.deleted", Channel)]
    [InlineData("task-queue.created task-queue.deleted task-queue.expression.updated", Queue)]
    [InlineData("workflow.created workflow.updated workflow.deleted", Workflow)]
    [InlineData("worker.created worker.deleted worker.attributes.update", Worker)]
    [InlineData("worker.activity.update", Worker + ActivityChange)]
    [InlineData("worker.capacity.update worker.channel.availability.update", Worker + ChannelChange)]
    [InlineData("task.created task.updated task.deleted task.system-deleted", Placement)]
    [InlineData("task.canceled", Placement)]
    [InlineData("task.wrapup task.completed", Placement + Worker)]
    [InlineData("task-queue.entered task-queue.timeout", Placement + Step)]
    [InlineData("task-queue.moved workflow.target-matched", Placement + Step + Move)]
    [InlineData("workflow.entered workflow.timeout workflow.skipped", Placement)]
    [InlineData("reservation.created reservation.accepted reservation.rejected reservation.timeout", Offer)]
    [InlineData("reservation.canceled reservation.rescinded reservation.wrapup reservation.completed", Offer)]
    [InlineData("reservation.failed", Placement)]
    [InlineData("task.transfer-initiated task.transfer-attempt-failed task.transfer-failed", HandOver)]
    [InlineData("task.transfer-canceled task.transfer-completed", HandOver)]
    public void An_event_tells_the_groups_of_its_type_and_no_other(string types, string parameters)
    {
        foreach (var type in types.Split(' '))
        {
            ShouldTell(Write(_filled.Everything(type)), Common + parameters, type);
        }
    }

    [Fact]
    public void Every_type_of_event_can_be_written()
    {
        var types = typeof(EventTypes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!);

        foreach (var type in types)
        {
            Write(_filled.Everything(type))["event_type"].ShouldBe(type);
        }
    }

    [Fact]
    public void What_has_no_value_is_left_out()
    {
        var task = _filled.Of<RoutingTask>(withNulls: true) with { AssignmentStatus = AssignmentStatus.Pending };
        var bare = _filled.Everything(EventTypes.ReservationCreated) with
        {
            Task = task,
            Queue = null,
            Workflow = null,
            Worker = null,
            Channel = null,
            Transfer = null,
            Step = new WorkflowStepNames("", "1==1", "", ""),
        };

        var data = Write(bare);

        ShouldTell(
            data,
            Common + Reservation + " workflow_filter_expression task_sid task_attributes task_age task_priority "
                + "task_assignment_status task_version task_timeout task_channel_sid task_date_created "
                + "task_virtual_start_time task_ignore_capacity",
            bare.Type);
    }

    [Fact]
    public void Values_are_written_as_the_webhook_writes_them()
    {
        var happened = _filled.Everything(EventTypes.ReservationAccepted);

        var data = Write(happened);

        data["sid"].ShouldBe(happened.Sid.ToString());
        data["account_sid"].ShouldBe(happened.Workspace.AccountSid.ToString());
        data["event_description"].ShouldBe(happened.Description);
        data["timestamp"].ShouldBe("1782907200");
        data["timestamp_ms"].ShouldBe("1782907200345");
        data["task_attributes"].ShouldBe(happened.Task!.Attributes);
        data["task_age"].ShouldBe("90");
        data["task_age_in_queue"].ShouldBe("30");
        data["task_date_created"].ShouldBe("1782907110");
        data["task_assignment_status"].ShouldBe("reserved");
        data["task_ignore_capacity"].ShouldBe("true");
        data["task_channel_unique_name"].ShouldBe(happened.Channel!.UniqueName);
        data["worker_activity_name"].ShouldBe(happened.Activity!.FriendlyName);
    }

    [Theory]
    [InlineData(AssignmentStatus.Canceled, "task_canceled_reason", "task_completed_reason")]
    [InlineData(AssignmentStatus.Completed, "task_completed_reason", "task_canceled_reason")]
    public void The_reason_of_an_end_has_the_name_of_the_end(AssignmentStatus status, string told, string untold)
    {
        var happened = _filled.Everything(EventTypes.TaskUpdated);
        var task = happened.Task! with { AssignmentStatus = status, Reason = "no longer needed" };

        var data = Write(happened with { Task = task });

        data[told].ShouldBe("no longer needed");
        data.ShouldNotContainKey(untold);
    }

    [Fact]
    public void A_change_of_activity_tells_how_long_the_last_one_took()
    {
        var data = Write(_filled.Everything(EventTypes.WorkerActivityUpdate));

        data["worker_time_in_previous_activity"].ShouldBe("26");
        data["worker_time_in_previous_activity_ms"].ShouldBe("26543");
    }

    [Fact]
    public void A_channel_tells_its_load_in_percent()
    {
        var happened = _filled.Everything(EventTypes.WorkerCapacityUpdate);
        var channel = happened.WorkerChannel! with { ConfiguredCapacity = 3, ActiveTasks = 2, AssignedTasks = 1 };

        var data = Write(happened with { WorkerChannel = channel });

        data["worker_channel_available_capacity"].ShouldBe("33");
        data["worker_channel_consumed_capacity"].ShouldBe("67");
        data["worker_channel_capacity"].ShouldBe("3");
        data["worker_channel_previous_capacity"].ShouldBe("7");
        data["worker_channel_task_count"].ShouldBe("1");
    }

    private static void ShouldTell(Dictionary<string, string> data, string parameters, string type) =>
        data.Keys.Order(StringComparer.Ordinal).ShouldBe(
            parameters.Split(' ').Order(StringComparer.Ordinal), customMessage: type);

    // Reads strings only: a value of another kind fails here.
    private static Dictionary<string, string> Write(RoutingEvent happened)
    {
        using var wire = new EventWire();
        wire.Write(happened);
        var again = wire.Write(happened);
        return JsonSerializer.Deserialize<Dictionary<string, string>>(again)!;
    }
}
