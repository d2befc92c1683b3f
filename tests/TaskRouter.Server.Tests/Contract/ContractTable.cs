using System.Globalization;
using System.Text.RegularExpressions;

namespace TaskRouter.Server.Tests.Contract;

/// <summary>
/// The contract as facts, in contract.tsv: every operation with its parameters, every resource with its fields.
/// </summary>
internal static class ContractTable
{
    private const string File = "tests/TaskRouter.Server.Tests/Contract/contract.tsv";

    private static readonly ILookup<string, string[]> Rows = Repository.Files("tests/TaskRouter.Server.Tests/Contract")
        .Single(file => file.Path == File).Lines
        .Where(line => !line.StartsWith('#'))
        .Select(line => line.Split('\t'))
        .ToLookup(columns => columns[0]);

    public static IReadOnlyDictionary<string, IReadOnlyList<ContractField>> Resources { get; } = Rows["field"]
        .GroupBy(row => row[1])
        .ToDictionary(
            group => group.Key,
            IReadOnlyList<ContractField> (group) =>
                [.. group.Select(row => new ContractField(row[2], row[4], row[5]))]);

    public static IReadOnlyList<ContractOperation> Operations { get; } = [.. Rows["operation"].Select(row =>
    {
        var (request, answer) = (row[2].Split(' '), row[4].Split(' '));
        return new ContractOperation(
            Id: row[1],
            Method: new HttpMethod(request[0]),
            Path: request[1],
            Status: int.Parse(row[3], CultureInfo.InvariantCulture),
            Resource: answer[0] == "-" ? null : answer[0].Replace("[]", "", StringComparison.Ordinal),
            ListKey: answer.Length == 2 ? answer[1] : null,
            Issue: row[5],
            Parameters: [.. Rows["parameter"].Where(other => other[1] == row[1]).Select(ParameterOf)]);
    })];

    /// <summary>Those that the server has.</summary>
    public static IEnumerable<ContractOperation> Present => Operations.Where(operation => operation.Issue == "-");

    public static ContractOperation Find(string id) => Operations.Single(operation => operation.Id == id);

    private static ContractParameter ParameterOf(string[] row) => new(row[2], row[3], row[4], row[5].Split(' '));
}

/// <param name="Issue">What brings the operation, as it is not there yet; "-" when it is.</param>
internal sealed record ContractOperation(
    string Id,
    HttpMethod Method,
    string Path,
    int Status,
    string? Resource,
    string? ListKey,
    string Issue,
    IReadOnlyList<ContractParameter> Parameters)
{
    public bool TakesJson => Parameters.Any(parameter => parameter.Where == "json");

    /// <summary>Those in the body or the query.</summary>
    public IEnumerable<ContractParameter> Sent =>
        Parameters.Where(parameter => parameter.Where is "form" or "query" or "json");
}

/// <param name="Where">path, query, header, form or json.</param>
internal sealed partial record ContractParameter(string Name, string Where, string Type, IReadOnlyList<string> Rules)
{
    public bool IsRequired => Rules.Contains("required");

    /// <summary>From and to, where there is a range; the end may be open.</summary>
    public (long Min, long? Max)? Range => Rules.Select(rule => RangeRule().Match(rule))
        .Where(match => match.Success)
        .Select(match => ((long, long?)?)(
            long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture),
            match.Groups[2].Length > 0 ? long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : null))
        .FirstOrDefault();

    [GeneratedRegex(@"^(\d+)\.\.(\d*)$")]
    private static partial Regex RangeRule();
}

/// <param name="Rule">null when the value may be; the keys of links; "-" otherwise.</param>
internal sealed record ContractField(string Name, string Type, string Rule)
{
    public bool CanBeNull => Rule == "null";

    public IReadOnlyList<string> Keys => Type == "links" ? Rule.Split(' ') : [];
}
