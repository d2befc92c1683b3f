using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;
using TaskRouter.Server.Tests.Api;
using Xunit;

namespace TaskRouter.Server.Tests.Contract;

/// <summary>Every operation, called as the contract says and as it forbids.</summary>
public sealed partial class OperationTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly string[] MetaKeys =
        ["page", "page_size", "first_page_url", "previous_page_url", "url", "next_page_url", "key"];

    public static TheoryData<string> Present => [.. ContractTable.Present.Select(operation => operation.Id)];

    [Theory]
    [MemberData(nameof(Present))]
    public async Task A_call_with_every_parameter_is_answered_as_documented(string id)
    {
        var operation = ContractTable.Find(id);
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);

        // Minutes and dates exclude one another.
        var sent = operation.Sent.Where(parameter => parameter.Name != "Minutes");
        var answer = await CallAsync(operation, workspace, sent.Select(parameter =>
            (parameter.Name, ContractValues.ValidOf(operation, parameter, workspace))));

        ShouldBeAsDocumented(answer, operation);
    }

    [Theory]
    [MemberData(nameof(Present))]
    public async Task A_call_with_only_what_is_required_is_answered_as_documented(string id)
    {
        var operation = ContractTable.Find(id);
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);

        var answer = await CallAsync(operation, workspace, Required(operation, workspace));

        ShouldBeAsDocumented(answer, operation);
        if (operation.ListKey is { } key && operation.Sent.Any(parameter => parameter.Name == "PageSize"))
        {
            answer.Items(key).ShouldNotBeEmpty("nothing was checked");
        }
    }

    [Theory]
    [MemberData(nameof(Present))]
    public async Task A_call_without_what_is_required_or_with_a_wrong_value_is_refused(string id)
    {
        var operation = ContractTable.Find(id);
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        foreach (var parameter in operation.Sent)
        {
            var others = Required(operation, workspace).Where(pair => pair.Name != parameter.Name).ToArray();
            if (parameter.IsRequired)
            {
                (await CallAsync(operation, workspace, others)).ShouldBeError(HttpStatusCode.BadRequest, 20001);
            }

            // An empty filter filters nothing.
            foreach (var (value, fault) in ContractValues.InvalidOf(parameter))
            {
                var answer = await CallAsync(operation, workspace, [.. others, (parameter.Name, value)]);
                var why = $"{id} {parameter.Name} {fault}: {answer.Text}";
                answer.Status.ShouldBe(HttpStatusCode.BadRequest, why);
                answer.Json.GetProperty("code").GetInt32()
                    .ShouldBeOneOf([20001, .. parameter.Type == "string" ? new[] { 20002, 55555 } : []]);
            }
        }
    }

    [Fact]
    public async Task A_page_size_above_the_largest_is_clamped_and_Page_needs_a_token()
    {
        var server = fixture.Server;

        (await server.GetAsync("/v1/Workspaces?PageSize=1001")).Json.GetProperty("meta").GetProperty("page_size")
            .GetInt32().ShouldBe(1000);
        (await server.GetAsync("/v1/Workspaces?Page=1")).ShouldBeError(HttpStatusCode.BadRequest, 40153);
    }

    private static (string Name, string Value)[] Required(ContractOperation operation, TestWorkspace workspace) =>
    [
        .. operation.Sent.Where(parameter => parameter.IsRequired).Select(parameter =>
            (parameter.Name, ContractValues.ValidOf(operation, parameter, workspace))),
    ];

    private static async Task<Answer> CallAsync(
        ContractOperation operation, TestWorkspace workspace, IEnumerable<(string Name, string Value)> parameters)
    {
        var path = ContractValues.PathOf(operation, workspace);
        if (operation.Method == HttpMethod.Delete)
        {
            path = await MakeDeletableAsync(operation, workspace, path);
        }

        return operation.TakesJson
            ? await workspace.Server.PostJsonAsync(path, parameters.ToDictionary(pair => pair.Name, pair => pair.Value))
            : operation.Method == HttpMethod.Post
            ? await workspace.Server.PostAsync(path, [.. parameters])
            : await workspace.Server.SendAsync(operation.Method, $"{path}?{string.Join('&', parameters.Select(pair =>
                $"{pair.Name}={Uri.EscapeDataString(pair.Value)}"))}");
    }

    // Of most resources the workspace's own one is in use, and stays.
    private static async Task<string> MakeDeletableAsync(
        ContractOperation operation, TestWorkspace workspace, string path)
    {
        var parent = operation.Path.Replace("/{Sid}", "", StringComparison.Ordinal);
        var create = ContractTable.Operations.Single(other =>
            other.Method == HttpMethod.Post && other.Path == parent);
        var collection = path[..path.LastIndexOf('/')];
        var created = await workspace.Server.PostAsync(collection, Required(create, workspace));
        return $"{collection}/{created.ShouldBe(HttpStatusCode.Created).Sid}";
    }

    private static void ShouldBeAsDocumented(Answer answer, ContractOperation operation)
    {
        answer.ShouldBe((HttpStatusCode)operation.Status);
        answer.Headers.GetValues("Twilio-Request-Id").Single().ShouldMatch("^RQ[0-9a-f]{32}$");
        if (operation.Resource is not { } resource)
        {
            answer.Text.ShouldBeEmpty();
            return;
        }

        answer.ContentHeaders.ContentType.ShouldNotBeNull().MediaType.ShouldBe("application/json");
        if (operation.ListKey is not { } key)
        {
            ShouldBe(resource, answer.Json);
            return;
        }

        answer.Json.EnumerateObject().Select(property => property.Name).ShouldBe([key, "meta"], ignoreOrder: true);
        var meta = answer.Json.GetProperty("meta");
        meta.EnumerateObject().Select(property => property.Name).ShouldBe(MetaKeys, ignoreOrder: true);
        meta.GetProperty("key").GetString().ShouldBe(key);
        foreach (var item in answer.Items(key))
        {
            ShouldBe(resource, item);
        }
    }

    private static void ShouldBe(string resource, JsonElement json)
    {
        var fields = ContractTable.Resources[resource];
        json.EnumerateObject().Select(property => property.Name)
            .ShouldBe(fields.Select(field => field.Name), ignoreOrder: true, resource);
        foreach (var field in fields)
        {
            var value = json.GetProperty(field.Name);
            IsOf(field, value).ShouldBeTrue($"{resource}.{field.Name} is {field.Type}, not {value.GetRawText()}");
        }
    }

    private static bool IsOf(ContractField field, JsonElement value) => (field.Type, value.ValueKind) switch
    {
        (_, JsonValueKind.Null) => field.CanBeNull,
        ("any", _) => true,
        ("any[]", JsonValueKind.Array) => true,
        ("sid:*", JsonValueKind.String) => Sid().IsMatch(value.GetString()!),
        ("links", JsonValueKind.Object) =>
            value.EnumerateObject().Select(link => link.Name).Order().SequenceEqual(field.Keys.Order())
            && value.EnumerateObject().All(link => link.Value.ValueKind == JsonValueKind.Null || IsUrl(link.Value)),
        ("integer", JsonValueKind.Number) => value.TryGetInt64(out _) && !value.GetRawText().Contains('e'),
        ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("string", JsonValueKind.String) => true,
        // The official example of a workspace without a callback has an empty one.
        ("uri", JsonValueKind.String) =>
            IsUrl(value) || (field.Name == "event_callback_url" && value.GetString() == ""),
        ("date-time", JsonValueKind.String) => DateTime.TryParseExact(
            value.GetString(), "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        (var type, JsonValueKind.String) when type.StartsWith("sid:", StringComparison.Ordinal) =>
            Sid().IsMatch(value.GetString()!) && value.GetString()!.StartsWith(type[4..], StringComparison.Ordinal),
        (var type, JsonValueKind.String) when type.StartsWith("enum:", StringComparison.Ordinal) =>
            type[5..].Split('|').Contains(value.GetString()),
        _ => false,
    };

    private static bool IsUrl(JsonElement value) =>
        Uri.TryCreate(value.GetString(), UriKind.Absolute, out var url) && url.Scheme is "http" or "https";

    [GeneratedRegex("^[A-Z]{2}[0-9a-f]{32}$")]
    private static partial Regex Sid();
}
