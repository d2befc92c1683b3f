using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

/// <summary>Names that are unique in a workspace without regard to case, and what they name.</summary>
/// <param name="resource">How a refusal calls the resource.</param>
/// <param name="parameter">How it calls the name.</param>
internal sealed class NameIndex(string resource, string parameter = "FriendlyName")
{
    private readonly Dictionary<string, Sid> _sids = [];

    public Sid? Find(string name) => _sids.TryGetValue(NameKeys.Of(name), out var sid) ? sid : null;

    /// <exception cref="Refusal">Something else has this name.</exception>
    public void RefuseTaken(string? name, Sid? except = null)
    {
        if (name is not null && Find(name) is { } owner && owner != except)
        {
            var article = "AEIOU".Contains(resource[0], StringComparison.Ordinal) ? "An" : "A";
            throw Refusal.Invalid($"{article} {resource} with {parameter} '{name}' already exists");
        }
    }

    public void Add(string name, Sid sid) => _sids.Add(NameKeys.Of(name), sid);

    public void Remove(string name) => _sids.Remove(NameKeys.Of(name));

    public void Rename(string from, string to, Sid sid)
    {
        Remove(from);
        Add(to, sid);
    }
}
