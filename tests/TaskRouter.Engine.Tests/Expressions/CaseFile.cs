using TaskRouter.Engine.Expressions;

namespace TaskRouter.Engine.Tests.Expressions;

/// <summary>One line of <c>Cases/expressions.cases</c>.</summary>
public sealed record ExpressionCase(int Line, int? Vector, string Context, string Text, string Expected)
{
    public override string ToString() => $"line {Line}: {Context} | {Text}";
}

/// <summary>The file of cases: its two documents and its lines.</summary>
internal sealed class CaseFile
{
    private const string Arrow = " ⇶ ";
    private const string Separator = " | ";

    private CaseFile(string path)
    {
        var lines = File.ReadAllLines(path);
        Worker = Attributes(lines, "W = ");
        Task = Attributes(lines, "T = ");
        Cases =
        [
            .. lines.Select((line, index) => (line, index))
                .Where(item => item.line.Contains(Arrow, StringComparison.Ordinal) && !IsComment(item.line))
                .Select(item => Parse(item.line, item.index + 1)),
        ];
    }

    public static CaseFile Expressions { get; } =
        new(System.IO.Path.Combine(AppContext.BaseDirectory, "Cases", "expressions.cases"));

    public AttributeDocument Worker { get; }

    public AttributeDocument Task { get; }

    public IReadOnlyList<ExpressionCase> Cases { get; }

    private static bool IsComment(string line) => line.StartsWith("//", StringComparison.Ordinal);

    private static ExpressionCase Parse(string line, int number)
    {
        var arrow = line.LastIndexOf(Arrow, StringComparison.Ordinal);
        var separator = line.IndexOf(Separator, StringComparison.Ordinal);
        var head = line[..separator].Split(' ');
        return new ExpressionCase(
            number,
            head.Length > 1 ? int.Parse(head[0].Trim('[', ']'), null) : null,
            head[^1],
            arrow < separator + Separator.Length ? "" : line[(separator + Separator.Length)..arrow],
            line[(arrow + Arrow.Length)..]);
    }

    private static AttributeDocument Attributes(string[] lines, string prefix)
    {
        var line = lines.Single(line => line.StartsWith(prefix, StringComparison.Ordinal));
        return AttributeDocument.TryParse(line[prefix.Length..], out var document, out var error)
            ? document
            : throw new InvalidDataException(error);
    }
}
