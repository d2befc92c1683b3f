using System.Globalization;
using CsvHelper;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Flex;

/// <summary>One line of a list of assignments.</summary>
/// <param name="Error">Why it cannot be read; then there is no assignment.</param>
internal sealed record AssignmentLine(int Line, SkillAssignment? Assignment, string? Error);

/// <summary>Reads CSV (RFC 4180) with a worker's friendly name, a skill and a level on each line.</summary>
internal static class SkillAssignments
{
    public const int LinesMax = 5_000;

    private static readonly string[] Header = ["worker", "skill", "level"];

    private static readonly CsvReaderOptions Rules = new()
    {
        Separator = ',',
        HasHeader = false,
        TrimWhitespace = true,
        TrackLineNumbers = true,
    };

    /// <summary>Blank lines, and a first line that names the columns, are passed over.</summary>
    /// <exception cref="Refusal">There are too many lines.</exception>
    public static IReadOnlyList<AssignmentLine> Read(string csv, AccountConfiguration? configuration)
    {
        try
        {
            return ReadLines(csv, configuration);
        }
        catch (CsvFormatException exception)
        {
            throw Refusal.Invalid($"Invalid Assignments: line {exception.LineNumber} is not CSV");
        }
    }

    private static List<AssignmentLine> ReadLines(string csv, AccountConfiguration? configuration)
    {
        using var reader = CsvReader.FromText(csv, Rules);
        var lines = new List<AssignmentLine>();
        while (reader.Read())
        {
            var cells = reader.Current.ToArray();
            if (reader.RowNumber == 1 && IsHeader(cells))
            {
                continue;
            }

            if (lines.Count == LinesMax)
            {
                throw Refusal.Invalid($"Invalid Assignments: more than {LinesMax} lines");
            }

            lines.Add(Read((int)reader.LineNumber, cells, configuration));
        }

        return lines;
    }

    private static bool IsHeader(string[] cells) =>
        cells.Length is 2 or 3 && cells.SequenceEqual(Header.Take(cells.Length), StringComparer.OrdinalIgnoreCase);

    private static AssignmentLine Read(int line, string[] cells, AccountConfiguration? configuration)
    {
        if (cells is not [{ Length: > 0 } worker, { Length: > 0 } skill, .. { Length: <= 1 } rest])
        {
            return new AssignmentLine(line, null, "must be a worker's name, a skill and, if it has levels, a level");
        }

        var level = rest.FirstOrDefault("");
        int? number = int.TryParse(level, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var read)
            ? read
            : null;
        if (level.Length > 0 && number is null)
        {
            return new AssignmentLine(line, null, "Invalid Level: must be a whole number");
        }

        return configuration?.FindSkill(skill) is { } definition
            ? new AssignmentLine(line, new SkillAssignment(
                worker, new SkillChange(SkillAction.Assign, skill, number, definition.Rule)), null)
            : new AssignmentLine(line, null, $"Skill '{skill}' is not among {ConfigurationField.Skills}");
    }
}
