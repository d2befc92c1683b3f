using System.Buffers;
using System.Text;
using System.Text.Json;

namespace TaskRouter.Engine.Expressions;

/// <summary>
/// A JSON merge patch applied to the text of attributes: what the patch does not name stays as it was written, white
/// space included. https://www.rfc-editor.org/rfc/rfc7396
/// </summary>
public static class AttributePatch
{
    private static readonly byte[] EmptyObject = [(byte)'{', (byte)'}'];

    /// <summary>Both texts are objects that <see cref="AttributeDocument.TryParse"/> has accepted.</summary>
    public static string Apply(string attributes, string patch)
    {
        var target = Encoding.UTF8.GetBytes(attributes);
        var output = new ArrayBufferWriter<byte>(target.Length + patch.Length);
        Merge(target, Encoding.UTF8.GetBytes(patch), output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    // Recursion is bounded by the depth that a document may have.
    private static void Merge(ReadOnlyMemory<byte> target, ReadOnlyMemory<byte> patch, ArrayBufferWriter<byte> output)
    {
        var into = JsonMembers.Read(target);
        var changes = JsonMembers.Read(patch).ByName();
        var current = into.ByName();
        var text = target.Span;
        var writer = new MemberWriter(output);

        output.Write(text[..into.Open]);
        foreach (var member in into.All)
        {
            if (!changes.TryGetValue(member.Name, out var change))
            {
                writer.Next();
                output.Write(text[member.Start..member.End]);
            }
            else if (!change.IsNull && member == current[member.Name])
            {
                writer.Next();
                output.Write(text[member.Start..member.ValueStart]);
                WriteValue(
                    target[member.ValueStart..member.ValueEnd], patch[change.ValueStart..change.ValueEnd], output);
                output.Write(text[member.ValueEnd..member.End]);
            }
        }

        foreach (var change in changes.Values)
        {
            if (!change.IsNull && !current.ContainsKey(change.Name))
            {
                writer.Next();
                output.Write(patch.Span[change.NameStart..change.NameEnd]);
                output.Write(":"u8);
                WriteValue(EmptyObject, patch[change.ValueStart..change.ValueEnd], output);
            }
        }

        // White space in an object without members is nobody's chunk.
        output.Write(text[(into.All.Count == 0 && !writer.HasWritten ? into.Open : into.Close)..]);
    }

    private static void WriteValue(
        ReadOnlyMemory<byte> value, ReadOnlyMemory<byte> change, ArrayBufferWriter<byte> output)
    {
        if (change.Span[0] != (byte)'{')
        {
            output.Write(change.Span);
        }
        else
        {
            Merge(value.Span[0] == (byte)'{' ? value : EmptyObject, change, output);
        }
    }

    private struct MemberWriter(ArrayBufferWriter<byte> output)
    {
        public bool HasWritten { get; private set; }

        /// <summary>A comma before every member but the first.</summary>
        public void Next()
        {
            if (HasWritten)
            {
                output.Write(","u8);
            }

            HasWritten = true;
        }
    }
}

/// <summary>Where the members of a JSON object stand in its text.</summary>
internal sealed class JsonMembers
{
    private JsonMembers(List<JsonMember> all, int open, int close) => (All, Open, Close) = (all, open, close);

    public IReadOnlyList<JsonMember> All { get; }

    /// <summary>Just behind the brace that opens the object.</summary>
    public int Open { get; }

    /// <summary>The brace that closes it.</summary>
    public int Close { get; }

    public static JsonMembers Read(ReadOnlyMemory<byte> utf8)
    {
        var text = utf8.Span;
        var json = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = AttributeDocument.DepthMax + 1 });
        json.Read();
        var open = (int)json.BytesConsumed;
        var members = new List<JsonMember>();
        var start = open;
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            var name = json.GetString()!;
            var nameStart = (int)json.TokenStartIndex;
            if (members.Count > 0)
            {
                // Between two members stand white space and one comma.
                var comma = members[^1].ValueEnd + text[members[^1].ValueEnd..].IndexOf((byte)',');
                members[^1] = members[^1] with { End = comma };
                start = comma + 1;
            }

            var nameEnd = nameStart + json.ValueSpan.Length + 2;
            json.Read();
            var valueStart = (int)json.TokenStartIndex;
            var isNull = json.TokenType == JsonTokenType.Null;
            json.Skip();
            members.Add(new JsonMember(
                name, start, nameStart, nameEnd, valueStart, (int)json.BytesConsumed, End: 0, isNull));
        }

        var close = (int)json.TokenStartIndex;
        if (members.Count > 0)
        {
            members[^1] = members[^1] with { End = close };
        }

        return new JsonMembers(members, open, close);
    }

    /// <summary>Of members with the same name the last one counts.</summary>
    public OrderedDictionary<string, JsonMember> ByName()
    {
        var byName = new OrderedDictionary<string, JsonMember>(All.Count, StringComparer.Ordinal);
        foreach (var member in All)
        {
            byName[member.Name] = member;
        }

        return byName;
    }
}

/// <param name="Start">Behind the brace or the comma before it.</param>
/// <param name="End">The comma or the brace after it.</param>
internal readonly record struct JsonMember(
    string Name, int Start, int NameStart, int NameEnd, int ValueStart, int ValueEnd, int End, bool IsNull);
