using TaskRouter.Engine.Expressions;

namespace TaskRouter.Engine.Explanations;

/// <summary>How parts of expressions are told to people.</summary>
internal static class ClauseText
{
    /// <summary>Of a clause or a value, in characters.</summary>
    public const int LengthMax = 500;

    public static string Short(string text) => text.Length <= LengthMax ? text : $"{text[..LengthMax]}…";

    public static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    /// <summary>What is the matter with those who fail it.</summary>
    public static string Lack(Clause clause) =>
        clause.Text.Length == 0 ? "the queue's expression is empty"
        : clause is { IsMembership: true, WantedText: { } wanted, Name: { } name }
            ? Short($"{name} lacks \"{wanted}\"")
        : $"{Short(clause.Text)} is false";
}
