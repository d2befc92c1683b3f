using TaskRouter.Engine.Expressions;

namespace TaskRouter.Engine.Tests.Simulation;

/// <summary>Parsed texts, kept because parsing depends on nothing else; generated texts are few.</summary>
internal static class Parsed
{
    [ThreadStatic]
    private static Dictionary<string, AttributeDocument>? _documents;

    [ThreadStatic]
    private static Dictionary<string, Expression>? _targetWorkers;

    public static AttributeDocument Document(string text) => GetOrAdd(_documents ??= [], text, static text =>
        AttributeDocument.TryParse(text, out var document, out var error)
            ? document
            : throw new InvalidOperationException(error));

    public static Expression TargetWorkers(string text) => GetOrAdd(_targetWorkers ??= [], text, static text =>
        Expression.TryParse(text, ExpressionContext.Worker, out var expression, out var error)
            ? expression
            : throw new InvalidOperationException(error));

    private static T GetOrAdd<T>(Dictionary<string, T> parsed, string text, Func<string, T> parse)
    {
        if (!parsed.TryGetValue(text, out var value))
        {
            if (parsed.Count > 10_000)
            {
                parsed.Clear();
            }

            parsed[text] = value = parse(text);
        }

        return value;
    }
}
