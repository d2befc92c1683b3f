using System.Net.Mime;
using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Voice;

namespace TaskRouter.Server.Callbacks;

/// <summary>
/// What the answer to an assignment callback asks for.
/// https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks
/// </summary>
internal abstract record AssignmentInstruction
{
    private static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    private AssignmentInstruction()
    {
    }

    public sealed record Accept : AssignmentInstruction;

    /// <param name="ActivitySid">Where the worker goes; null leaves it where it is.</param>
    public sealed record Reject(Sid? ActivitySid) : AssignmentInstruction;

    /// <summary>Calls are to be connected; whether they can be depends on the reservation.</summary>
    /// <param name="Answer">Holds the parameters.</param>
    public sealed record Connect(InstructionKind Kind, JsonElement Answer) : AssignmentInstruction;

    /// <summary>The receiver leaves the reservation to whoever answers it through the API.</summary>
    /// <param name="Warning">Set when the answer looks as if it had meant more.</param>
    public sealed record None(InstructionWarning? Warning = null) : AssignmentInstruction;

    /// <summary>No answer, or one that says nothing: the fallback URL's turn.</summary>
    public sealed record Failed(CallbackFailure Failure) : AssignmentInstruction;

    public static AssignmentInstruction Of(CallbackAnswer answer)
    {
        if (answer.Failure is { } failure)
        {
            return new Failed(failure);
        }

        if (answer.Status != 200 || IsBlank(answer.Body.Span))
        {
            return new None();
        }

        if (!MediaTypeNames.Application.Json.Equals(answer.MediaType, StringComparison.OrdinalIgnoreCase))
        {
            return new Failed(CallbackFailure.NotJsonType);
        }

        try
        {
            using var json = JsonDocument.Parse(WithoutByteOrderMark(answer.Body));
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? Read(json.RootElement)
                : new Failed(CallbackFailure.NotJsonObject);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: well-formed JSON with a text that is not Unicode.
            return new Failed(CallbackFailure.NotJsonObject);
        }
    }

    private static AssignmentInstruction Read(JsonElement answer)
    {
        if (!answer.TryGetProperty("instruction", out var instruction))
        {
            return new None(answer.EnumerateObject().Any() ? InstructionWarning.Missing : null);
        }

        var name = instruction.ValueKind == JsonValueKind.String ? instruction.GetString() : null;
        return name?.ToLowerInvariant() switch
        {
            "accept" => new Accept(),
            "reject" => ReadReject(answer),
            { } other when InstructionReader.Find(other) is { IsForCallbacks: true } kind =>
                new Connect(kind, answer.Clone()),
            _ => new None(InstructionWarning.Unknown),
        };
    }

    // Twilio: the parameter is optional, and one that names no activity leaves the reservation pending (alert 40100).
    private static AssignmentInstruction ReadReject(JsonElement answer)
    {
        if (!answer.TryGetProperty("activity_sid", out var activity) || activity.ValueKind == JsonValueKind.Null)
        {
            return new Reject(null);
        }

        return activity.ValueKind == JsonValueKind.String
            && Sid.TryParse(activity.GetString(), SidKind.Activity, out var sid)
                ? new Reject(sid)
                : new None(InstructionWarning.NoActivity);
    }

    private static bool IsBlank(ReadOnlySpan<byte> body) => body.Trim(" \t\r\n"u8).IsEmpty;

    private static ReadOnlyMemory<byte> WithoutByteOrderMark(ReadOnlyMemory<byte> body) =>
        body.Span.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body;
}

/// <summary>
/// An answer that changes nothing, though its receiver may think so. https://www.twilio.com/docs/api/errors
/// </summary>
internal sealed record InstructionWarning(int Code, string Reason)
{
    public static readonly InstructionWarning Missing = new(40005, "the answer has no instruction");

    public static readonly InstructionWarning NoActivity = new(40100, "activity_sid is not the SID of an activity");

    public static readonly InstructionWarning Unknown = new(55555, "the answer's instruction is unknown");
}
