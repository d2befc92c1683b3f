using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Events;

/// <summary>
/// Writes an event's data: one JSON object of the webhook's parameters in snake case, every value a string. Keeps its
/// buffer from event to event; used by one thread at a time.
/// https://www.twilio.com/docs/taskrouter/api/event/reference
/// </summary>
internal sealed class EventWire : EventParameterWriter, IDisposable
{
    // Relaxed: the text is stored and sent as JSON, never embedded in a page. Quotes in attributes then cost one
    // character more instead of five.
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    // As many as there are parameters: no name comes from outside.
    private static readonly ConcurrentDictionary<string, string> FormNames = new(StringComparer.Ordinal);

    private readonly ArrayBufferWriter<byte> _buffer = new(4_096);
    private readonly Utf8JsonWriter _json;

    public EventWire() => _json = new Utf8JsonWriter(_buffer, Options);

    public string Write(RoutingEvent happened)
    {
        Begin();
        WriteAll(happened);
        return End();
    }

    /// <summary>Begins an event whose parameters are written one by one.</summary>
    public void Begin()
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
    }

    /// <summary>The data of the event that was begun.</summary>
    public string End()
    {
        _json.WriteEndObject();
        _json.Flush();
        return Encoding.UTF8.GetString(_buffer.WrittenSpan);
    }

    /// <summary>
    /// The webhook's form of data that was written here: the same parameters, their names in UpperCamelCase.
    /// https://www.twilio.com/docs/taskrouter/api/event#event-callbacks
    /// </summary>
    public static List<KeyValuePair<string, string>> ReadForm(string eventData)
    {
        using var json = JsonDocument.Parse(eventData);
        return
        [
            .. json.RootElement.EnumerateObject().Select(parameter => KeyValuePair.Create(
                FormNames.GetOrAdd(parameter.Name, FormName), parameter.Value.GetString()!)),
        ];
    }

    public void Dispose() => _json.Dispose();

    /// <param name="utf8">The value's text.</param>
    public void Write(EventParameter parameter, ReadOnlySpan<byte> utf8) =>
        _json.WriteString(EventParameterNames.InJsonOf(parameter), utf8);

    public override void Write(EventParameter parameter, Sid value)
    {
        Span<byte> text = stackalloc byte[Sid.TextLength];
        Span<byte> bits = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bits, value.High);
        BinaryPrimitives.WriteUInt64BigEndian(bits[8..], value.Low);
        text[0] = (byte)((ushort)value.Kind >> 8);
        text[1] = (byte)value.Kind;
        Convert.TryToHexStringLower(bits, text[2..], out _);
        Write(parameter, text);
    }

    public override void Write(EventParameter parameter, long value)
    {
        Span<byte> text = stackalloc byte[20];
        value.TryFormat(text, out var length, provider: CultureInfo.InvariantCulture);
        Write(parameter, text[..length]);
    }

    public override void Write(EventParameter parameter, bool value) =>
        Write(parameter, value ? "true"u8 : "false"u8);

    protected override void WriteText(EventParameter parameter, string value) =>
        _json.WriteString(EventParameterNames.InJsonOf(parameter), value);

    // task_queue_sid -> TaskQueueSid
    private static string FormName(string name) => string.Concat(
        name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
