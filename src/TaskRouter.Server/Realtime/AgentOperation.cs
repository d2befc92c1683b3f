using System.Text.Json;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Realtime;

/// <summary>
/// What an envelope can ask for: the path below its workspace, what it takes, and how its payload is written.
/// </summary>
/// <param name="Path">Segments in braces are values, by the names that REST routes give them.</param>
internal sealed record AgentOperation(
    string Method, string Path, Operation Takes, Func<Scope, Task<Action<Utf8JsonWriter>>> RunAsync)
{
    private readonly string[] _pattern = Path.Split('/');

    /// <summary>Names of parameters that REST knows under another name.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new Dictionary<string, string>();

    public string NameOf(string given) => Aliases.GetValueOrDefault(given, given);

    public bool Fits(string method, ReadOnlySpan<string> path)
    {
        if (method != Method || path.Length != _pattern.Length)
        {
            return false;
        }

        for (var index = 0; index < path.Length; index++)
        {
            if (!IsValue(_pattern[index]) && _pattern[index] != path[index])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Names the path's values, as routing does for a REST request.</summary>
    public void Bind(RouteValueDictionary values, ReadOnlySpan<string> path)
    {
        for (var index = 0; index < path.Length; index++)
        {
            if (IsValue(_pattern[index]))
            {
                values[_pattern[index][1..^1]] = path[index];
            }
        }
    }

    private static bool IsValue(string segment) => segment.StartsWith('{');
}
