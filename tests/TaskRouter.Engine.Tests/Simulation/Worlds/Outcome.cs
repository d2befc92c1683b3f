using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Simulation.Worlds;

/// <summary>What the caller of a command gets: the record, a refusal, or, because of a bug, something else.</summary>
internal sealed record Outcome(object? Answer, string? Refusal, string? Failure)
{
    private const int SummaryLength = 60;

    public static Outcome Of(Func<object?> apply)
    {
        try
        {
            return new Outcome(apply(), null, null);
        }
        catch (Refusal refusal)
        {
            return new Outcome(null, $"{refusal.Status} {refusal.Code} {refusal.Message}", null);
        }
        catch (Exception exception)
        {
            // Anything but a refusal breaks a rule by itself: no command may throw it.
            return new Outcome(null, null, exception.ToString());
        }
    }

    /// <summary>For a story of many commands: which record it is says enough.</summary>
    public string Summary =>
        Answer?.ToString() is { Length: > SummaryLength } text ? text[..SummaryLength] + " ..." : ToString();

    public override string ToString() => Failure ?? Refusal ?? Answer?.ToString() ?? "(done)";
}
