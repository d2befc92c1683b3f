using System.Text.Json;

namespace TaskRouter.Server.Voice;

/// <summary>
/// The answer to an assignment callback. https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks
/// </summary>
internal sealed class JsonInstruction(JsonElement answer) : InstructionSource
{
    public override string NameOf(VoiceParameter parameter) => parameter.Key;

    protected override string? TextOf(VoiceParameter parameter)
    {
        try
        {
            return answer.TryGetProperty(parameter.Key, out var value)
                || (parameter.IsList && answer.TryGetProperty(OtherNumber(parameter.Key), out value))
                    ? TextOf(parameter, value)
                    : null;
        }
        catch (InvalidOperationException)
        {
            // Well-formed JSON with a text that is not Unicode.
            throw Refuse(parameter, "must be Unicode");
        }
    }

    private string? TextOf(VoiceParameter parameter, JsonElement value) =>
        (value.ValueKind, parameter.Type) switch
        {
            (JsonValueKind.Null, _) => null,
            (JsonValueKind.String, _) => value.GetString(),
            (JsonValueKind.True, VoiceType.Flag or VoiceType.Word) => "true",
            (JsonValueKind.False, VoiceType.Flag or VoiceType.Word) => "false",
            (JsonValueKind.Number, VoiceType.Number) => value.GetRawText(),
            (JsonValueKind.Array, _) when parameter.IsList
                && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
                string.Join(',', value.EnumerateArray().Select(item => item.GetString())),
            _ => throw Refuse(parameter, $"no value of the type {value.ValueKind} will do"),
        };

    // Twilio's own pages have lists of events under both.
    private static string OtherNumber(string key) =>
        key.EndsWith('s') ? key[..^1] : key + "s";
}
