using System.Buffers;
using System.Buffers.Binary;
using System.Net.Mime;
using System.Text.Encodings.Web;
using System.Text.Json;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Api.Wire;

/// <summary>How values look in an answer. Written straight as UTF-8: no record is turned into strings first.</summary>
internal static class WireJson
{
    public static readonly JsonWriterOptions Options = new()
    {
        // Answers are JSON for programs, not text inside HTML: quotes within attributes stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    // A page of 50 workers takes about 90 KB. What is not kept is made anew for each answer, and more than 85,000 bytes
    // count as large objects, which only a full collection frees.
    private const int BufferKeptMax = 256 * 1024;

    private const int UrlOnStackMax = 512;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>
    /// Answers with what <paramref name="write"/> writes. It is written to a buffer first, so that the length is known
    /// and nothing has been sent when writing fails.
    /// </summary>
    public static void Answer<T>(HttpResponse response, int status, T value, Action<Utf8JsonWriter, T> write)
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(4_096);
        var writer = _writer ??= new Utf8JsonWriter(buffer, Options);
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        write(writer, value);
        writer.Flush();

        response.StatusCode = status;
        response.ContentType = MediaTypeNames.Application.Json;
        response.ContentLength = buffer.WrittenCount;
        response.BodyWriter.Write(buffer.WrittenSpan);
        if (buffer.Capacity > BufferKeptMax)
        {
            (_buffer, _writer) = (null, null);
        }
    }

    public static void WriteSid(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, Sid? sid)
    {
        if (sid is not { IsNone: false } value)
        {
            writer.WriteNull(name);
            return;
        }

        Span<byte> text = stackalloc byte[Sid.TextLength];
        Format(value, text);
        writer.WriteString(name, text);
    }

    /// <summary>
    /// A URL of this server's own: an origin without quotes or backslashes, and text that nobody else has chosen. It is
    /// not searched for what JSON has to escape.
    /// </summary>
    public static void WriteUrl(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> url)
    {
        Span<byte> quoted = url.Length < UrlOnStackMax ? stackalloc byte[UrlOnStackMax + 2] : new byte[url.Length + 2];
        quoted[0] = (byte)'"';
        url.CopyTo(quoted[1..]);
        quoted[url.Length + 1] = (byte)'"';
        writer.WritePropertyName(name);
        writer.WriteRawValue(quoted[..(url.Length + 2)], skipInputValidation: true);
    }

    /// <summary>The URL of a related resource; null when there is none.</summary>
    public static void WriteLink(
        this Utf8JsonWriter writer, ReadOnlySpan<byte> name, Scope scope, ReadOnlySpan<byte> path, Sid? sid)
    {
        if (sid is { IsNone: false } value)
        {
            writer.WriteUrl(name, scope.Url(path, value));
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    /// <summary>Exactly <c>yyyy-MM-ddTHH:mm:ssZ</c>: the clients' date parsers know no other form.</summary>
    public static void WriteInstant(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset? instant)
    {
        if (instant is not { } value)
        {
            writer.WriteNull(name);
            return;
        }

        Span<byte> text = stackalloc byte[20];
        value.UtcDateTime.TryFormat(text, out var written, "s");
        text[written] = (byte)'Z';
        writer.WriteString(name, text[..(written + 1)]);
    }

    public static int Format(Sid sid, Span<byte> text)
    {
        Span<byte> bits = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bits, sid.High);
        BinaryPrimitives.WriteUInt64BigEndian(bits[8..], sid.Low);
        text[0] = (byte)((ushort)sid.Kind >> 8);
        text[1] = (byte)((ushort)sid.Kind & 0xFF);
        Convert.TryToHexStringLower(bits, text[2..], out _);
        return Sid.TextLength;
    }
}
