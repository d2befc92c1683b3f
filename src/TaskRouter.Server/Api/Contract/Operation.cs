using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Api.Contract;

/// <summary>
/// What a route takes and answers. Handlers get the parameters listed here and no others; the OpenAPI document is
/// written from the same list.
/// </summary>
/// <param name="Id">As in Twilio's own OpenAPI document.</param>
/// <param name="Answers">Null when the answer has no body.</param>
internal sealed record Operation(string Id, string Summary, int Status, Resource? Answers)
{
    /// <summary>Of a request that no route takes.</summary>
    public static readonly Operation None = new("", "", StatusCodes.Status404NotFound, Answers: null);

    public IReadOnlyList<Parameter> Takes { get; private init; } = [];

    /// <summary>The key of the array when the answer is a page of a list.</summary>
    public string? ListKey { get; private init; }

    /// <summary>Whether the page has the envelope of the API of 2010.</summary>
    public bool IsOf2010 { get; private init; }

    /// <summary>The type of the body when that is no form; what it holds is then listed all the same.</summary>
    public string? BodyType { get; init; }

    /// <summary>
    /// Whether the record's version is looked at. https://www.twilio.com/docs/usage/mutation-and-conflict-resolution
    /// </summary>
    public bool TakesIfMatch { get; private init; }

    public static Operation List(string id, string key, Resource resource, params Parameter[] filters) =>
        new(id, $"List {resource.Plural}, page by page", StatusCodes.Status200OK, resource)
        {
            ListKey = key,
            Takes = [.. filters, .. Page.Paging],
        };

    public static Operation ListOf2010(string id, string key, Resource resource) =>
        List(id, key, resource) with { IsOf2010 = true };

    public static Operation Create(string id, Resource resource, params Parameter[] takes) =>
        new(id, $"Create {resource.Singular}", StatusCodes.Status201Created, resource) { Takes = takes };

    public static Operation Fetch(string id, Resource resource, params Parameter[] takes) =>
        new(id, $"Fetch {resource.Singular}", StatusCodes.Status200OK, resource) { Takes = takes };

    public static Operation Update(string id, Resource resource, params Parameter[] takes) =>
        new(id, $"Update {resource.Singular}: what is not given stays as it is", StatusCodes.Status200OK, resource)
        {
            Takes = takes,
            TakesIfMatch = resource.HasVersions,
        };

    public static Operation Delete(string id, Resource resource) =>
        new(id, $"Delete {resource.Singular}", StatusCodes.Status204NoContent, Answers: null)
        {
            TakesIfMatch = resource.HasVersions,
        };

    /// <summary>Whether the answer is a stream of server-sent events, which has no end of its own.</summary>
    public bool IsStream { get; private init; }

    public static Operation Stream(string id, string summary, params Parameter[] takes) =>
        new(id, summary, StatusCodes.Status200OK, Answers: null) { Takes = takes, IsStream = true };

    /// <summary>Of agents' clients, whose requests have no route of their own.</summary>
    public static Operation OfAgents(IReadOnlyList<Parameter> takes) => None with { Takes = takes };

    /// <summary>Few enough to look at each; null for a name that is not listed.</summary>
    public Parameter? Find(ReadOnlySpan<byte> name)
    {
        foreach (var parameter in Takes)
        {
            if (parameter.IsCalled(name))
            {
                return parameter;
            }
        }

        return null;
    }
}
