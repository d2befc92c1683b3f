using System.Text.Json;
using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Voice;

/// <summary>What an instruction finds: its reservation, with the task and the worker as they are committed.</summary>
internal sealed class CallScene(CommittedView view, Reservation reservation)
{
    public const string ContactUriAttribute = "contact_uri";

    private static readonly JsonDocumentOptions AsTheEngine = new() { MaxDepth = AttributeDocument.DepthMax + 1 };

    public Reservation Reservation => reservation;

    /// <summary>Made by a transfer: the worker is to take over from another.</summary>
    public bool IsOfTransferee => reservation.TaskTransferSid is not null;

    /// <summary>Where the reservation's worker is called.</summary>
    public string? ContactUri => ContactUriOf(reservation.WorkerSid);

    public string? ContactUriOf(Sid workerSid) => TextIn(view.Workers.Find(workerSid)?.Attributes, ContactUriAttribute);

    public string? TaskAttribute(string name) => TextIn(view.Tasks.Find(reservation.TaskSid)?.Attributes, name);

    public bool HasActivity(Sid activitySid) => view.Activities.Find(activitySid) is not null;

    // The engine took them, so they are a JSON object that is no deeper than it allows. A text in it may still be none
    // that can be dialled.
    private static string? TextIn(string? attributes, string name)
    {
        if (attributes is null)
        {
            return null;
        }

        using var json = JsonDocument.Parse(attributes, AsTheEngine);
        return json.RootElement.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String
            && value.GetString() is { } text
            && !string.IsNullOrWhiteSpace(text)
            && text.Length <= VoiceParameter.TextMax
            && !text.Any(char.IsControl)
                ? text
                : null;
    }
}
