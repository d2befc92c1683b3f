using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Events;

namespace TaskRouter.Server.Realtime;

/// <summary>
/// Writes server-sent events. https://html.spec.whatwg.org/multipage/server-sent-events.html
/// </summary>
internal sealed class FeedWriter(HttpResponse response) : IDisposable
{
    /// <summary>Rows in one part of the snapshot.</summary>
    private const int RowsMax = 200;

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly ArrayBufferWriter<byte> _json = new(4_096);
    private readonly EventWire _wire = new();

    public void Dispose() => _wire.Dispose();

    /// <summary>Keeps the connection alive; clients pass over it.</summary>
    public ValueTask BeatAsync(CancellationToken stop)
    {
        response.BodyWriter.Write(": \n\n"u8);
        return FlushAsync(stop);
    }

    public async ValueTask FlushAsync(CancellationToken stop) => await response.BodyWriter.FlushAsync(stop);

    public void Write(RoutingEvent happened) => Write(
        EventRecord.Of(happened) with { EventData = _wire.Write(happened) });

    public void Write(EventRecord happened) => Write("change", happened.Sequence, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("sequence"u8, happened.Sequence);
        json.WriteSid("sid"u8, happened.Sid);
        json.WriteString("event_type"u8, happened.Type);
        json.WriteNumber("event_date_ms"u8, happened.At.ToUnixTimeMilliseconds());
        json.WriteString("resource_type"u8, happened.ResourceType);
        json.WriteSid("resource_sid"u8, happened.ResourceSid);
        json.WriteSid("actor_sid"u8, happened.ActorSid ?? happened.WorkspaceSid);
        json.WritePropertyName("event_data"u8);
        json.WriteRawValue(happened.EventData, skipInputValidation: true);
        json.WriteEndObject();
    });

    /// <summary>
    /// Rows as they are now. They may be newer than the snapshot's place in the log: the changes that follow say the
    /// same again.
    /// </summary>
    public async Task WriteRowsAsync<T>(
        string resourceType, IEnumerable<T> rows, Action<Utf8JsonWriter, T> write, CancellationToken stop)
    {
        foreach (var part in rows.Chunk(RowsMax))
        {
            Write("snapshot", id: null, json =>
            {
                json.WriteStartObject();
                json.WriteString("resource_type"u8, resourceType);
                json.WriteStartArray("resources"u8);
                Array.ForEach(part, row => write(json, row));
                json.WriteEndArray();
                json.WriteEndObject();
            });
            await FlushAsync(stop);
        }
    }

    /// <summary>The snapshot is whole; from here on one can resume.</summary>
    public void WriteReady(long sequence) => Write("ready", sequence, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("sequence"u8, sequence);
        json.WriteEndObject();
    });

    public void WriteDropped(string reason) => Write("dropped", id: null, json =>
    {
        json.WriteStartObject();
        json.WriteString("reason"u8, reason);
        json.WriteEndObject();
    });

    // JSON has no line breaks of its own, so the data is one line.
    private void Write(string name, long? id, Action<Utf8JsonWriter> writeData)
    {
        _json.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_json, Options))
        {
            writeData(json);
        }

        var head = id is { } place
            ? string.Create(CultureInfo.InvariantCulture, $"event: {name}\nid: {place}\ndata: ")
            : $"event: {name}\ndata: ";
        Encoding.ASCII.GetBytes(head, response.BodyWriter);
        response.BodyWriter.Write(_json.WrittenSpan);
        response.BodyWriter.Write("\n\n"u8);
    }
}
