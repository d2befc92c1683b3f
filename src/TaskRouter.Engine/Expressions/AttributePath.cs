using System.Diagnostics.CodeAnalysis;

namespace TaskRouter.Engine.Expressions;

/// <summary>
/// A reference to a task attribute, such as <c>task.worker_sid</c>.
/// https://www.twilio.com/docs/taskrouter/workflow-configuration/known-agent-routing
/// </summary>
public sealed class AttributePath
{
    private readonly PathStep[] _steps;

    private AttributePath(string text, PathStep[] steps)
    {
        Text = text;
        _steps = steps;
    }

    public string Text { get; }

    public static bool TryParse(
        string text, [NotNullWhen(true)] out AttributePath? path, [NotNullWhen(false)] out string? error)
    {
        path = null;
        if (!Parser.TryParsePath(text, out var syntax, out error))
        {
            return false;
        }

        if (syntax.Steps is not [{ Name: "task" }, { Name: not null }, ..])
        {
            error = Parser.ErrorAt("expected a path that begins with 'task.'", syntax.Start);
            return false;
        }

        path = new AttributePath(text, [.. syntax.Steps.Skip(1)]);
        return true;
    }

    /// <summary>Missing and null are told apart: Twilio alerts for the first and not for the second.</summary>
    public AttributeValue Resolve(AttributeDocument task) => task.Find(_steps);

    public override string ToString() => Text;
}
