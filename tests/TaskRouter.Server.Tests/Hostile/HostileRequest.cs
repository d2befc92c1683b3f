using System.Text;

namespace TaskRouter.Server.Tests.Hostile;

/// <summary>One request as bytes, because no HTTP library would send it.</summary>
/// <param name="IsHttp">
/// False when it breaks HTTP itself: then the HTTP server may refuse it before there is a request to answer, without a
/// body.
/// </param>
internal sealed record HostileRequest(
    string Method, string Target, IReadOnlyList<string> Headers, byte[] Body, bool IsHttp)
{
    public byte[] ToBytes()
    {
        var head = new StringBuilder().Append(Method).Append(' ').Append(Target).Append(" HTTP/1.1\r\n");
        foreach (var header in Headers)
        {
            head.Append(header).Append("\r\n");
        }

        return [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. Body];
    }

    public override string ToString()
    {
        var body = Encoding.Latin1.GetString(Body, 0, Math.Min(Body.Length, 300));
        return $"{Method} {Shortened(Target)} [{Shortened(string.Join(" | ", Headers))}] {Body.Length} bytes: {body}";
    }

    private static string Shortened(string text) => text.Length <= 600 ? text : text[..600] + "...";
}
