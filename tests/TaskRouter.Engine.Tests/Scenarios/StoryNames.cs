using System.Text.RegularExpressions;
using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Tests.Scenarios;

/// <summary>What a story calls things. A name keeps its meaning when the thing is renamed or gone.</summary>
internal sealed partial class StoryNames
{
    private readonly Dictionary<string, Sid> _sids = [];
    private readonly Dictionary<Sid, string> _names = [];

    public void Add(string name, Sid sid)
    {
        if (_names.TryAdd(sid, name))
        {
            _sids[name] = sid;
        }
    }

    public Sid? Find(string name) => _sids.TryGetValue(name, out var sid) ? sid : null;

    /// <summary>The SID of a name, or of one kind of names; text that is a SID stands for itself.</summary>
    public Sid Get(Words words, string what, SidKind? kind = null)
    {
        var name = words.Next(what);
        var sid = Find(name) ?? (Sid.TryParse(name, out var parsed) ? parsed : (Sid?)null)
            ?? throw words.Error($"Nothing is called \"{name}\" here; expected {what}.");
        return kind is null || sid.Kind == kind
            ? sid
            : throw words.Error($"\"{name}\" is a {sid.Kind}; expected {what}.");
    }

    public string Of(Sid? sid) => sid is not { } given ? "none"
        : _names.TryGetValue(given, out var name) ? name : given.ToString();

    /// <summary>Replaces every <c>{name}</c> by the SID.</summary>
    public string Fill(string text, Words words, Func<string, Sid?> other) => Placeholder().Replace(text, match =>
    {
        var name = match.Groups["name"].Value;
        return (Find(name) ?? other(name) ?? throw words.Error($"Nothing is called \"{name}\" here.")).ToString();
    });

    // JSON never has a letter after its brace.
    [GeneratedRegex(@"\{(?<name>[A-Za-z][\w/]*)\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Placeholder();
}
