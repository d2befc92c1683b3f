using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Callbacks;
using TaskRouter.Server.Events;

namespace TaskRouter.Server.Api;

/// <summary>
/// How far the events of a workspace are told to its EventCallbackUrl, and telling them again. Not in Twilio's API.
/// </summary>
internal sealed class EventDeliveriesApi(EventCallbacks callbacks)
{
    private static readonly SidParameter FromEventSid = new(
        "FromEventSid", "The first event that is told again", SidKind.Event)
    {
        IsRequired = true,
    };

    private static readonly Resource Shown = new(
        "event_deliveries",
        "how far events are told",
        "",
        Field.Sid("account_sid", SidKind.Account),
        Field.Sid("workspace_sid", SidKind.Workspace),
        Field.OneOf("state", ["off", "current", "delivering", "retrying", "stopped"]),
        Field.Integer("delivered_sequence"),
        Field.Integer("last_sequence"),
        Field.Integer("lag"),
        Field.Integer("lag_seconds"),
        Field.Sid("next_event_sid", SidKind.Event, canBeNull: true),
        Field.Instant("failing_since", canBeNull: true),
        new("error_code", Shape.Integer with { Example = "11200" }, CanBeNull: true),
        Field.Text("error", "status 503", canBeNull: true));

    public void Map(Routes deliveries)
    {
        deliveries.Get("", Operation.Fetch("FetchEventDeliveries", Shown), FetchAsync);
        deliveries.Post("", Operation.Create("CreateEventDeliveries", Shown, FromEventSid), ReplayAsync);
    }

    private Task FetchAsync(Scope scope) => AnswerAsync(scope, StatusCodes.Status200OK);

    private async Task ReplayAsync(Scope scope)
    {
        var form = await scope.ReadFormAsync();
        var sid = form.Value(FromEventSid)
            ?? throw Refusal.Invalid($"Missing required parameter {FromEventSid.Name} in the post body");
        var stop = scope.Context.RequestAborted;
        var from = await scope.Events.FindAsync(scope.WorkspaceSid, sid, stop)
            ?? throw FromEventSid.Refuse($"event {sid} is not in the log");
        if (!await callbacks.ReplayAsync(scope.Loop, from, stop))
        {
            throw Refusal.Invalid("The workspace has no EventCallbackUrl");
        }

        await AnswerAsync(scope, StatusCodes.Status201Created);
    }

    private async Task AnswerAsync(Scope scope, int answered)
    {
        var stop = scope.Context.RequestAborted;
        var status = callbacks.StatusOf(scope.Loop);
        var newest = await scope.Events.LastSequenceAsync(scope.WorkspaceSid, stop);
        var told = status is null ? newest : Math.Max(
            status.Delivery.DeliveredSequence, (scope.View.Workspace?.EventsSince ?? 1) - 1);
        var next = (await scope.Events.ReadAsync(
            scope.WorkspaceSid, told, newest, types: null, count: 1, stop)).FirstOrDefault();
        scope.Answer(answered, new Deliveries(status, told, newest, next), Write);
    }

    private static void Write(Utf8JsonWriter json, Deliveries deliveries, Scope scope)
    {
        var (status, told, newest, next) = deliveries;
        json.WriteStartObject();
        json.WriteSid("account_sid"u8, scope.AccountSid);
        json.WriteSid("workspace_sid"u8, scope.WorkspaceSid);
        json.WriteString("state"u8, StateOf(deliveries));
        json.WriteNumber("delivered_sequence"u8, told);
        json.WriteNumber("last_sequence"u8, newest);
        json.WriteNumber("lag"u8, newest - told);
        json.WriteNumber("lag_seconds"u8, LagOf(next, scope.Now));
        json.WriteSid("next_event_sid"u8, next?.Sid);
        json.WriteInstant("failing_since"u8, status?.Delivery.FailingSince);
        if (status?.LastFailure is { } failure)
        {
            json.WriteNumber("error_code"u8, failure.Code);
            json.WriteString("error"u8, failure.Reason);
        }
        else
        {
            json.WriteNull("error_code"u8);
            json.WriteNull("error"u8);
        }

        json.WriteEndObject();
    }

    private static string StateOf(Deliveries deliveries) => deliveries switch
    {
        { Status: null } => "off",
        { Status.Delivery.IsStopped: true } => "stopped",
        { Status.Delivery.FailingSince: not null } => "retrying",
        { Next: not null } => "delivering",
        _ => "current",
    };

    private static long LagOf(EventRecord? next, DateTimeOffset now) =>
        next is null ? 0 : (long)Math.Max(0, (now - next.At).TotalSeconds);

    private sealed record Deliveries(EventDeliveryStatus? Status, long Told, long Newest, EventRecord? Next);
}
