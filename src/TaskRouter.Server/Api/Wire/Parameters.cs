using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;

namespace TaskRouter.Server.Api.Wire;

/// <summary>
/// The parameters of one request. A handler sees those that its operation lists: missing is null ("leave alone"), empty
/// is "" ("clear"). What is wrong in form is refused here, what is wrong in substance by the engine.
/// </summary>
internal sealed class Parameters(IReadOnlyList<GivenParameter> given)
{
    /// <summary>Parameters in one request at most. The largest documented request has about 60.</summary>
    public const int CountMax = 200;

    public static readonly Parameters None = new([]);

    public IReadOnlyList<GivenParameter> Given { get; } = given;

    /// <summary>Whether they only choose what is shown.</summary>
    public bool IsQuery { get; init; }

    /// <summary>Names and values as they were sent, for the filters of a token's policies.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs =>
        [.. Given.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))];

    /// <summary>The value given last.</summary>
    public string? Text(Parameter parameter)
    {
        for (var index = Given.Count - 1; index >= 0; index--)
        {
            if (Given[index].Parameter?.Name == parameter.Name)
            {
                return Given[index].Value;
            }
        }

        return null;
    }

    /// <summary>A name as lists and unique indexes compare it: without regard to case.</summary>
    public string? NameKey(Parameter parameter) => Text(parameter) is { } text ? NameKeys.Of(text) : null;

    public string Required(TextParameter parameter) => Text(parameter)
        ?? throw Refusal.Invalid($"Missing required parameter {parameter.Name} in the post body");

    public T? Value<T>(Parameter<T> parameter)
        where T : struct => Text(parameter) is not { } text ? null
        : IsQuery ? parameter.ReadFilter(text) : parameter.Read(text);

    public Ordering? Order(OrderingParameter parameter) =>
        Text(parameter) is { } text ? parameter.Read(text) : null;

    /// <summary>Every value of a repeated parameter; a list with commas is as good.</summary>
    public IEnumerable<T> Values<T>(Parameter<T> parameter)
        where T : struct => Given
        .Where(pair => pair.Parameter?.Name == parameter.Name)
        .SelectMany(pair => pair.Value.Split(',', StringSplitOptions.TrimEntries))
        .Select(parameter.Read);

    /// <summary>As <see cref="Value"/>, but empty is <c>default(Sid)</c>, which clears.</summary>
    public Sid? SidOrNone(SidParameter parameter) => Text(parameter) is "" ? default(Sid) : Value(parameter);

    /// <summary>As <see cref="Value"/>, but empty is as good as missing: there is nothing to clear yet.</summary>
    public Sid? SidIfAny(SidParameter parameter) => Text(parameter) is "" ? null : Value(parameter);

    /// <summary>
    /// Every value of a parameter, one after the other with commas between; null when there is none.
    /// </summary>
    public string? Joined(string name)
    {
        var values = Given.Where(pair => pair.Name == name).Select(pair => pair.Value).ToList();
        return values.Count == 0 ? null : string.Join(',', values);
    }

    /// <summary>Refuses what is wrong in form, also in parameters that the handler does not read.</summary>
    public void CheckAll()
    {
        foreach (var (parameter, _, value) in Given)
        {
            if (value.Length > 0)
            {
                parameter?.Check(value);
            }
        }
    }
}

/// <param name="Parameter">Null for one that the operation does not list.</param>
internal readonly record struct GivenParameter(Parameter? Parameter, string Name, string Value);
