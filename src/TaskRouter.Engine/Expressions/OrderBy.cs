using System.Diagnostics.CodeAnalysis;

namespace TaskRouter.Engine.Expressions;

/// <summary>
/// The order in which a workflow step prefers workers, such as <c>worker.level DESC, worker.cost ASC</c>. Only integers
/// sort; a worker without one comes last whatever the direction. https://www.twilio.com/docs/taskrouter/order-workers
/// </summary>
public sealed class OrderBy
{
    private readonly Term[] _terms;

    private OrderBy(string text, Term[] terms, bool usesWorkerChannels)
    {
        Text = text;
        _terms = terms;
        UsesWorkerChannels = usesWorkerChannels;
    }

    public string Text { get; }

    /// <summary>Whether the order may change with a worker's capacity or reservations.</summary>
    public bool UsesWorkerChannels { get; }

    public static bool TryParse(
        string text, [NotNullWhen(true)] out OrderBy? orderBy, [NotNullWhen(false)] out string? error)
    {
        orderBy = null;
        if (!Parser.TryParseOrderings(text, out var orderings, out error))
        {
            return false;
        }

        var roots = new TargetRoots();
        Term[] terms = [.. orderings.Select(term => new Term(roots.Path(term.Path), term.IsDescending))];
        orderBy = new OrderBy(text, terms, roots.UsesWorkerChannels);
        return true;
    }

    /// <summary>Negative when <paramref name="x"/> comes first, 0 when no term tells. Allocates nothing.</summary>
    public int Compare(WorkerDocument x, WorkerDocument y)
    {
        foreach (var term in _terms)
        {
            var order = term.Compare(new Scope(null, x), new Scope(null, y));
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    public override string ToString() => Text;

    private readonly record struct Term(Operand Operand, bool IsDescending)
    {
        public int Compare(in Scope x, in Scope y) => (Operand.Read(x).AsInteger, Operand.Read(y).AsInteger) switch
        {
            ({ } left, { } right) => IsDescending ? right.CompareTo(left) : left.CompareTo(right),
            ({ }, null) => -1,
            (null, { }) => 1,
            _ => 0,
        };
    }
}
