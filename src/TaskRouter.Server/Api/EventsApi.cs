using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Events;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Api;

/// <summary>https://www.twilio.com/docs/taskrouter/api/event</summary>
internal static class EventsApi
{
    private const int MinutesDefault = 15;

    // The 30 days that Twilio keeps attributes for; a longer window finds what a longer retention has kept.
    private const int MinutesMax = 43_200;

    private static readonly InstantParameter EndDate = new("EndDate", "The last instant; by default there is none")
    {
        IsLast = true,
    };

    private static readonly TextParameter EventType = new("EventType", "Events of this type", "task.created");

    private static readonly NumberParameter Minutes = new(
        "Minutes", "So many minutes up to now, instead of dates; 15 by default", Shape.Range(1, MinutesMax));

    private static readonly SidParameter ReservationSid = new(
        "ReservationSid", "Events about this reservation", SidKind.Reservation);

    private static readonly InstantParameter StartDate = new(
        "StartDate", "The first instant; by default 15 minutes before the last one, or before now");

    private static readonly SidParameter TaskQueueSid = new(
        "TaskQueueSid", "Events about this queue", SidKind.TaskQueue);

    private static readonly SidParameter TaskSid = new("TaskSid", "Events about this task", SidKind.Task);

    private static readonly SidParameter WorkerSid = new("WorkerSid", "Events about this worker", SidKind.Worker);

    private static readonly SidParameter WorkflowSid = new(
        "WorkflowSid", "Events about this workflow", SidKind.Workflow);

    private static readonly TextParameter TaskChannel = new(
        "TaskChannel", "Events about this channel: its SID or its UniqueName", "voice");

    private static readonly SidParameter EventSid = new("Sid", "This event, however old it is", SidKind.Event);

    private static readonly Resource Shown = new(
        "event",
        "an event",
        "events, newest first",
        Field.Sid("account_sid", SidKind.Account),
        Field.AnySid("actor_sid", SidKind.Account),
        Field.Text("actor_type", "account"),
        Field.Url("actor_url"),
        Field.Text("description", "Task WT... entered TaskQueue Support"),
        Field.Map("event_data"),
        Field.Instant("event_date"),
        Field.Integer("event_date_ms", "1767323045000"),
        Field.Text("event_type", "task-queue.entered"),
        Field.AnySid("resource_sid", SidKind.Task),
        Field.Text("resource_type", "task"),
        Field.Url("resource_url"),
        Field.Sid("sid", SidKind.Event),
        Field.Text("source", "twilio"),
        Field.Text("source_ip_address", "192.0.2.1", canBeNull: true),
        Field.Sid("workspace_sid", SidKind.Workspace),
        Field.Address("/WS.../Events/EV..."));

    public static void Map(Routes events)
    {
        Parameter[] filters =
        [
            EndDate, EventType, Minutes, ReservationSid, StartDate, TaskQueueSid, TaskSid, WorkerSid, WorkflowSid,
            TaskChannel, EventSid,
        ];
        events.Get("", Operation.List("ListEvent", "events", Shown, filters), ListAsync);
        events.Get("/{sid}", Operation.Fetch("FetchEvent", Shown), FetchAsync);
    }

    private static Task ListAsync(Scope scope)
    {
        var query = scope.ReadQuery();
        return Page.AnswerAsync(scope, query, "events", new NewestFirst(scope, QueryOf(scope, query)), Write);
    }

    private static async Task FetchAsync(Scope scope)
    {
        var sid = scope.SidOf("sid", SidKind.Event);
        var found = await scope.Events.FindAsync(scope.WorkspaceSid, sid, scope.Context.RequestAborted);
        scope.Answer(StatusCodes.Status200OK, found ?? throw scope.NotFound(), Write);
    }

    private static EventQuery? QueryOf(Scope scope, Parameters query)
    {
        var wanted = new EventQuery(scope.WorkspaceSid)
        {
            Type = query.Text(EventType) is { Length: > 0 } type ? type : null,
            Sid = query.Value(EventSid),
            ReservationSid = query.Value(ReservationSid),
            TaskSid = query.Value(TaskSid),
            WorkerSid = query.Value(WorkerSid),
            TaskQueueSid = query.Value(TaskQueueSid),
            WorkflowSid = query.Value(WorkflowSid),
        };
        wanted = WithWindow(wanted, query, scope.Now);
        if (query.Text(TaskChannel) is not { Length: > 0 } channel)
        {
            return wanted;
        }

        return ChannelOf(scope, channel) is { } channelSid ? wanted with { TaskChannelSid = channelSid } : null;
    }

    /// <summary>Null for a name that no channel has: no event is about it.</summary>
    private static Sid? ChannelOf(Scope scope, string channel)
    {
        if (Sid.TryParse(channel, SidKind.TaskChannel, out var sid))
        {
            return sid;
        }

        var key = NameKeys.Of(channel);
        return scope.View.TaskChannels.InOrder.After(null).FirstOrDefault(one => one.NameKey == key)?.Sid;
    }

    private static EventQuery WithWindow(EventQuery query, Parameters parameters, DateTimeOffset now)
    {
        var (start, end) = (parameters.Value(StartDate), parameters.Value(EndDate));
        if (parameters.Value(Minutes) is { } minutes)
        {
            if (start is not null || end is not null)
            {
                throw Refusal.Invalid("Minutes cannot be combined with StartDate or EndDate");
            }

            return minutes is >= 1 and <= MinutesMax
                ? query with { Start = now.AddMinutes(-minutes) }
                : throw Minutes.Refuse($"must be from 1 to {MinutesMax}");
        }

        if (start > end)
        {
            throw StartDate.Refuse("must not be after EndDate");
        }

        // Whoever names an event means that one, however old it is.
        if (start is null && query.Sid is null)
        {
            start = Earlier(end ?? now);
        }

        return query with { Start = start, End = end };
    }

    // EndDate may be the first instant there is.
    private static DateTimeOffset Earlier(DateTimeOffset end) =>
        end - DateTimeOffset.MinValue > TimeSpan.FromMinutes(MinutesDefault)
            ? end.AddMinutes(-MinutesDefault)
            : DateTimeOffset.MinValue;

    private static void Write(Utf8JsonWriter json, EventRecord happened, Scope scope)
    {
        json.WriteStartObject();
        json.WriteSid("account_sid"u8, scope.AccountSid);
        WriteActor(json, happened, scope);
        json.WriteString("description"u8, happened.Description);

        // The very text that was written with the change: an object of strings.
        json.WritePropertyName("event_data"u8);
        json.WriteRawValue(happened.EventData, skipInputValidation: true);
        json.WriteInstant("event_date"u8, happened.At);
        json.WriteNumber("event_date_ms"u8, happened.At.ToUnixTimeMilliseconds());
        json.WriteString("event_type"u8, happened.Type);
        json.WriteSid("resource_sid"u8, happened.ResourceSid);
        json.WriteString("resource_type"u8, happened.ResourceType);
        json.WriteString("resource_url"u8, UrlOf(happened, scope));
        json.WriteSid("sid"u8, happened.Sid);
        json.WriteString("source"u8, "twilio"u8);
        json.WriteString("source_ip_address"u8, happened.SourceIpAddress);
        json.WriteSid("workspace_sid"u8, happened.WorkspaceSid);
        json.WriteUrl("url"u8, scope.Url("/Events/"u8, happened.Sid));
        json.WriteEndObject();
    }

    private static void WriteActor(Utf8JsonWriter json, EventRecord happened, Scope scope)
    {
        var actor = happened.ActorSid ?? happened.WorkspaceSid;
        json.WriteSid("actor_sid"u8, actor);
        switch (actor.Kind)
        {
            case SidKind.Worker:
                json.WriteString("actor_type"u8, "worker"u8);
                json.WriteUrl("actor_url"u8, scope.Url("/Workers/"u8, actor));
                break;
            case SidKind.Account:
                json.WriteString("actor_type"u8, "account"u8);
                json.WriteString("actor_url"u8, $"{scope.Origin}/2010-04-01/Accounts/{actor}");
                break;
            default:
                json.WriteString("actor_type"u8, "workspace"u8);
                json.WriteUrl("actor_url"u8, scope.Url());
                break;
        }
    }

    private static ReadOnlySpan<byte> UrlOf(EventRecord happened, Scope scope) => happened.ResourceSid.Kind switch
    {
        SidKind.Activity => scope.Url("/Activities/"u8, happened.ResourceSid),
        SidKind.TaskChannel => scope.Url("/TaskChannels/"u8, happened.ResourceSid),
        SidKind.TaskQueue => scope.Url("/TaskQueues/"u8, happened.ResourceSid),
        SidKind.Workflow => scope.Url("/Workflows/"u8, happened.ResourceSid),
        SidKind.Worker => scope.Url("/Workers/"u8, happened.ResourceSid),
        SidKind.Task => scope.Url("/Tasks/"u8, happened.ResourceSid),
        SidKind.Reservation => scope.Url(
            "/Tasks/"u8, happened.TaskSid!.Value, "/Reservations/"u8, happened.ResourceSid),
        _ => scope.Url(),
    };

    /// <summary>The log as a list. A cursor holds an event's millisecond, then its sequence.</summary>
    /// <param name="query">Null finds nothing.</param>
    private sealed class NewestFirst(Scope scope, EventQuery? query) : IStoredRows<EventRecord>
    {
        public async Task<StoredSlice<EventRecord>> ReadAsync(PageToken? token, int count)
        {
            if (query is null)
            {
                return new StoredSlice<EventRecord>([], null);
            }

            var slice = await scope.Events.ReadAsync(
                query,
                token is null ? null : PlaceOf(token.Cursor),
                older: token is not { Forward: false },
                count,
                scope.Context.RequestAborted);
            return new StoredSlice<EventRecord>(slice.Rows, slice.Beyond is { } place ? CursorOf(place) : null);
        }

        public Cursor CursorOf(EventRecord row) => CursorOf(EventLog.PlaceOf(row));

        public Cursor JustAfter(Cursor row) => row with { Second = row.Second - 1 };

        public Cursor JustBefore(Cursor row) => row with { Second = row.Second + 1 };

        private static Cursor CursorOf(EventPlace place) =>
            new(place.Sid, place.At.ToUnixTimeMilliseconds(), place.Sequence);

        private static EventPlace PlaceOf(Cursor cursor)
        {
            // A token comes from outside, and the years that can be represented end before its numbers do.
            var (min, max) = (DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
            return cursor.First >= min.ToUnixTimeMilliseconds() && cursor.First <= max.ToUnixTimeMilliseconds()
                ? new EventPlace(DateTimeOffset.FromUnixTimeMilliseconds(cursor.First), cursor.Second, cursor.Sid)
                : throw Refusal.Invalid("Invalid PageToken.");
        }
    }
}
