using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TaskRouter.Server.Realtime;

/// <summary>
/// One text frame for sockets. An event's is written when the first socket sends it, once for all sockets, and never by
/// the loop that has told of the event.
/// </summary>
internal sealed class AgentFrame
{
    /// <summary>Blank text: control frames do not count as a sign of life for the clients.</summary>
    public static readonly AgentFrame Heartbeat = new(" "u8.ToArray());

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly Lazy<byte[]> _text;
    private readonly Lazy<byte[]> _legacyText;

    private AgentFrame(byte[] text) => _text = _legacyText = new Lazy<byte[]>(text);

    /// <param name="writeLegacy">The payload for clients of the first generation, when it is another one.</param>
    public AgentFrame(
        string type, Action<Utf8JsonWriter> writePayload, Action<Utf8JsonWriter>? writeLegacy = null)
    {
        Type = type;
        _text = new Lazy<byte[]>(() => Write(type, writePayload));
        _legacyText = writeLegacy is null ? _text : new Lazy<byte[]>(() => Write(type, writeLegacy));
    }

    /// <summary>The event's; empty for a heartbeat.</summary>
    public string Type { get; } = "";

    public ReadOnlyMemory<byte> Text => _text.Value;

    public ReadOnlyMemory<byte> LegacyText => _legacyText.Value;

    /// <summary>
    /// Only for who has opened after this instant: the client throws at an activity or a channel that it did not find
    /// when it connected.
    /// </summary>
    public DateTimeOffset? KnownSince { get; init; }

    /// <summary>About a reservation or task, which a client knows only once it has listed its reservations.</summary>
    public bool NeedsList { get; init; }

    private static byte[] Write(string type, Action<Utf8JsonWriter> writePayload)
    {
        var buffer = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("event_type"u8, type);
            json.WritePropertyName("payload"u8);
            writePayload(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
