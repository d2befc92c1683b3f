using System.Diagnostics.CodeAnalysis;

namespace TaskRouter.Engine.Expressions;

/// <summary>How many workers of one queue are where.</summary>
public interface IWorkerCounts
{
    /// <summary>Workers in any activity that is available, or in any that is not.</summary>
    int CountAvailable(bool available);

    /// <summary>Workers in one activity; 0 for a SID that names none.</summary>
    int CountIn(string activitySid);
}

/// <summary>
/// skip_if: when a task that nobody could be reserved for leaves a workflow step at once. Conditions as in expressions,
/// over counts of the queue's workers. https://www.twilio.com/docs/taskrouter/worker-presence
/// </summary>
public sealed class SkipCondition
{
    private readonly Condition _condition;

    private SkipCondition(string text, Condition condition)
    {
        Text = text;
        _condition = condition;
    }

    public string Text { get; }

    /// <summary>Unlike in expressions an unknown name is an error, for here all names are known.</summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out SkipCondition? condition, [NotNullWhen(false)] out string? error)
    {
        condition = null;
        if (!Parser.TryParseCondition(text, out var syntax, out error))
        {
            return false;
        }

        var roots = new CountRoots();
        var compiled = new Compiler(roots).Compile(syntax);
        error = roots.Error;
        condition = error is null ? new SkipCondition(text, compiled) : null;
        return condition is not null;
    }

    public bool IsTrue(IWorkerCounts counts) => _condition.IsTrue(new Scope(null, null, counts));

    public override string ToString() => Text;

    private sealed class CountRoots : Roots
    {
        private const string Workers = "workers";

        public string? Error { get; private set; }

        public override Operand Path(PathSyntax path)
        {
            if (BuiltIn([.. path.Steps]) is { } count)
            {
                return count;
            }

            Error ??= Parser.ErrorAt(
                "expected workers.available, workers.unavailable or workers.WA... instead of the name", path.Start);
            return Constant.Missing;
        }

        protected override Operand? BuiltIn(PathStep[] steps) => steps switch
        {
            [{ Name: Workers }, { Name: "available" }] => new WorkerCount(static counts => counts.CountAvailable(true)),
            [{ Name: Workers }, { Name: "unavailable" }] =>
                new WorkerCount(static counts => counts.CountAvailable(false)),
            [{ Name: Workers }, { Name: { } sid }] when sid.StartsWith("WA", StringComparison.Ordinal) =>
                new WorkerCount(counts => counts.CountIn(sid)),
            _ => null,
        };

        protected override Operand? Attribute(PathStep[] steps) => null;

        protected override Operand? Key(string name) => null;
    }
}
