namespace TaskRouter.Server.Storage;

/// <summary>
/// SQL that both databases read alike. Parameters are <c>$1</c>, <c>$2</c> and so on, first named in this order,
/// because to SQLite they are names that it counts as they come.
/// </summary>
/// <param name="Values">SIDs of one kind, instants and whole numbers, as their columns hold them.</param>
internal sealed record SqlStatement(string Text, params IReadOnlyList<object> Values);
