namespace TaskRouter.Engine.Tests.Scenarios;

/// <summary>A row of the tables in <c>docs/states.md</c>.</summary>
/// <param name="Events">In order; empty where the document says "none".</param>
/// <param name="Title">The scenario that shows it.</param>
internal sealed record StateRow(
    int Line, bool IsOfTask, string From, string Cause, string To, IReadOnlyList<string> Events, string Title)
{
    public bool Covers(Transition transition) => transition.IsOfTask == IsOfTask && transition.From == From
        && transition.To == To
        && (Events.Count == 0 ? transition.Event == Transition.None : Events.Contains(transition.Event));

    public override string ToString() => $"docs/states.md:{Line}: {From} -> {To} ({Cause})";
}

/// <summary>Reads the tables: the heading says of what, each row has five cells.</summary>
internal static class StatesDocument
{
    private const int Cells = 5;

    private static readonly string[] Lines =
        File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "docs", "states.md"));

    public static List<StateRow> Rows { get; } = [.. Read(Lines)];

    /// <summary>The last cell of every row of every table.</summary>
    public static List<string> Titles { get; } =
    [
        .. Lines.Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)[^1])
            .Where(title => title != "Scenario"),
    ];

    private static IEnumerable<StateRow> Read(string[] lines)
    {
        var heading = "";
        for (var index = 0; index < lines.Length; index++)
        {
            var line = lines[index];
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                heading = line[3..];
            }

            var cells = line.Trim('|').Split('|', StringSplitOptions.TrimEntries);
            var isRow = line.StartsWith("| ", StringComparison.Ordinal) && cells.Length == Cells
                && cells[0] != "From";
            if (!isRow)
            {
                continue;
            }

            yield return new StateRow(
                index + 1,
                heading == "Tasks",
                cells[0],
                cells[1],
                cells[2],
                cells[3] == "none" ? [] : cells[3].Split(", "),
                cells[4]);
        }
    }
}
