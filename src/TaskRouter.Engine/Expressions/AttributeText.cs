namespace TaskRouter.Engine.Expressions;

/// <summary>
/// A text at a place in a worker's attributes: the attribute is that text, or an array with that text in it.
/// </summary>
internal readonly record struct AttributeText(PathStep[] Path, string Text);
