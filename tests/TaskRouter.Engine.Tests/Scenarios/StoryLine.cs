namespace TaskRouter.Engine.Tests.Scenarios;

/// <summary>One line of a story file, and where it stands.</summary>
internal sealed record StoryLine(string File, int Number, string Text)
{
    public override string ToString() => $"{File}:{Number}: {Text}";
}

/// <summary>A story cannot be read, or the router does not live up to it. The message begins with the line.</summary>
internal sealed class StoryException(StoryLine line, string message)
    : Exception($"{line}{Environment.NewLine}{message}")
{
    public StoryLine Line { get; } = line;
}
