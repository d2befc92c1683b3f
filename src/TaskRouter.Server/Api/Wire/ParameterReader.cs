using System.Buffers;
using System.Text;
using System.Text.Unicode;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;

namespace TaskRouter.Server.Api.Wire;

/// <summary>
/// Reads <c>application/x-www-form-urlencoded</c>, from a body or a query, strictly: what is not UTF-8, not properly
/// escaped, or holds U+0000 (which Postgres cannot store) is refused instead of being repaired.
/// https://url.spec.whatwg.org/#application/x-www-form-urlencoded
/// </summary>
internal static class ParameterReader
{
    public const string FormType = "application/x-www-form-urlencoded";

    // The pool keeps what it has lent: a few large bodies must not hold their memory for ever.
    private const int PooledBytesMax = 64 * 1024;

    public static ValueTask<Parameters> ReadFormAsync(HttpRequest request, Operation operation, int bytesMax) =>
        RequestBody.ReadAsync(
            request,
            bytesMax,
            operation,
            static (request, operation, body) =>
                body.IsEmpty ? Parameters.None : ParseForm(request, operation, body));

    /// <summary>An empty filter filters nothing, so it is left out.</summary>
    public static Parameters ReadQuery(HttpRequest request, Operation operation)
    {
        var query = request.QueryString.Value;
        if (query is null or "" or "?")
        {
            return Parameters.None;
        }

        var given = Parse(Encoding.UTF8.GetBytes(query, 1, query.Length - 1), operation);
        given.RemoveAll(pair => pair.Value.Length == 0);
        return new Parameters(given) { IsQuery = true };
    }

    private static Parameters ParseForm(HttpRequest request, Operation operation, ReadOnlySequence<byte> body)
    {
        // A JSON body read as a form would be one unknown parameter: an update of nothing, answered with 200.
        RequestBody.RefuseOther(request, FormType);

        var length = (int)body.Length;
        if (length > PooledBytesMax)
        {
            return new Parameters(Parse(body.ToArray(), operation));
        }

        var copy = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            body.CopyTo(copy);
            return new Parameters(Parse(copy.AsSpan(0, length), operation));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    /// <summary>Decodes in place: what is decoded is never longer than what was encoded.</summary>
    private static List<GivenParameter> Parse(Span<byte> text, Operation operation)
    {
        var given = new List<GivenParameter>();
        var count = 0;
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'&');
            var pair = end < 0 ? text : text[..end];
            text = end < 0 ? [] : text[(end + 1)..];
            if (pair.IsEmpty)
            {
                continue;
            }

            if (++count > Parameters.CountMax)
            {
                throw Refusal.Invalid($"Too many parameters: more than {Parameters.CountMax}");
            }

            var equals = pair.IndexOf((byte)'=');
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            var value = equals < 0 ? [] : Decode(pair[(equals + 1)..]);
            var parameter = operation.Find(name);
            given.Add(new GivenParameter(
                parameter, parameter?.Name ?? Encoding.UTF8.GetString(name), Encoding.UTF8.GetString(value)));
        }

        return given;
    }

    private static Span<byte> Decode(Span<byte> text)
    {
        var length = 0;
        for (var index = 0; index < text.Length; index++)
        {
            text[length++] = text[index] switch
            {
                (byte)'+' => (byte)' ',
                (byte)'%' => Unescape(text, ref index),
                var plain => plain,
            };
        }

        var decoded = text[..length];
        if (decoded.Contains((byte)0) || !Utf8.IsValid(decoded))
        {
            throw Refusal.Invalid("Parameters must be UTF-8 text without U+0000");
        }

        return decoded;
    }

    private static byte Unescape(ReadOnlySpan<byte> text, ref int index)
    {
        if (index + 2 < text.Length
            && char.IsAsciiHexDigit((char)text[index + 1])
            && char.IsAsciiHexDigit((char)text[index + 2]))
        {
            var value = (HexValue(text[index + 1]) << 4) | HexValue(text[index + 2]);
            index += 2;
            return (byte)value;
        }

        throw Refusal.Invalid("Parameters must be percent-encoded: '%' is followed by two hexadecimal digits");
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
