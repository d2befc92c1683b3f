using System.Net;
using System.Text.Json;
using Shouldly;
using TaskRouter.Server.Tests.Api;
using Xunit;

namespace TaskRouter.Server.Tests.Contract;

/// <summary>
/// The server's own OpenAPI document says what the contract says. Where the contract has a plain text, the document may
/// be more exact: a flag, an enumeration, a URL.
/// </summary>
public sealed class OpenApiTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    public static TheoryData<string> Present => [.. ContractTable.Present.Select(operation => operation.Id)];

    [Fact]
    public async Task It_holds_every_operation_that_is_there_and_no_other()
    {
        var document = await ReadAsync();

        var described = document.GetProperty("paths").EnumerateObject()
            .Where(path => path.Name.StartsWith("/v1/", StringComparison.Ordinal))
            .SelectMany(path => path.Value.EnumerateObject().Select(operation =>
                $"{operation.Value.GetProperty("operationId")} {operation.Name.ToUpperInvariant()} {path.Name}"));

        described.ShouldBe(
            ContractTable.Present.Select(operation => $"{operation.Id} {operation.Method} {operation.Path}"),
            ignoreOrder: true);
    }

    [Fact]
    public async Task It_asks_for_credentials_and_is_read_without()
    {
        var answer = await fixture.Server.SendAsync(HttpMethod.Get, "/openapi/v1.json", authorization: null);
        using var browser = new HttpClient { BaseAddress = fixture.Server.Url };
        var page = await browser.GetStringAsync("/docs/index.html");

        answer.ShouldBe(HttpStatusCode.OK).ContentHeaders.ContentType!.MediaType.ShouldBe("application/json");
        answer.Json.GetProperty("security").GetArrayLength().ShouldBeGreaterThan(0);
        page.ShouldContain("swagger-ui");
    }

    [Theory]
    [InlineData("/docs%0A")]
    [InlineData("/docs/%0a")]
    [InlineData("/docs/index.html%0A")]
    [InlineData("/docsindex.html")]
    public async Task What_only_looks_like_the_page_is_not_there(string path) =>
        (await fixture.Server.SendAsync(HttpMethod.Get, path)).ShouldBe(HttpStatusCode.NotFound);

    [Theory]
    [MemberData(nameof(Present))]
    public async Task Parameters_are_those_of_the_contract(string id)
    {
        var operation = ContractTable.Find(id);
        var described = await OperationAsync(operation);

        ParametersOf(described).Select(parameter => $"{parameter.Where} {parameter.Name} {parameter.IsRequired}")
            .ShouldBe(
                operation.Parameters.Select(parameter => $"{parameter.Where} {parameter.Name} "
                    + (parameter.IsRequired || parameter.Where == "path")),
                ignoreOrder: true);
        foreach (var (where, name, schema, _) in ParametersOf(described))
        {
            var parameter = operation.Parameters.Single(other => other.Name == name && other.Where == where);
            Agrees(parameter.Type, TypeOf(schema)).ShouldBeTrue($"{id} {name}: {parameter.Type}, not {schema}");
            if (parameter is { Type: "integer", Range: { } range })
            {
                schema.GetProperty("minimum").GetInt64().ShouldBe(range.Min, name);
                (schema.TryGetProperty("maximum", out var maximum) ? maximum.GetInt64() : (long?)null)
                    .ShouldBe(range.Max, name);
            }
        }
    }

    [Theory]
    [InlineData("/v1/Workspaces/{WorkspaceSid}/TaskQueues/RealTimeStatistics", "application/json")]
    [InlineData(
        "/ext/v1/Workspaces/{WorkspaceSid}/Workers/{WorkerSid}/Attributes", "application/merge-patch+json")]
    public async Task A_body_without_named_parameters_is_there_all_the_same(string path, string type)
    {
        var operation = (await ReadAsync()).GetProperty("paths").GetProperty(path).GetProperty("post");

        operation.GetProperty("requestBody").GetProperty("content").EnumerateObject()
            .ShouldHaveSingleItem().Name.ShouldBe(type);
    }

    [Theory]
    [InlineData("task", "task_channel_unique_name")]
    [InlineData("task_reservation", "worker_name")]
    [InlineData("worker_reservation", "worker_name")]
    public async Task A_name_of_what_may_have_been_deleted_may_be_null(string resource, string field) =>
        (await ReadAsync()).GetProperty("components").GetProperty("schemas").GetProperty(resource)
            .GetProperty("properties").GetProperty(field).GetProperty("nullable").GetBoolean().ShouldBeTrue();

    [Theory]
    [MemberData(nameof(Present))]
    public async Task Answers_are_those_of_the_contract(string id)
    {
        var operation = ContractTable.Find(id);
        var document = await ReadAsync();
        var responses = (await OperationAsync(operation)).GetProperty("responses");
        responses.EnumerateObject().Select(response => response.Name)
            .ShouldBe([$"{operation.Status}", "default"], ignoreOrder: true);

        var success = responses.GetProperty($"{operation.Status}");
        if (operation.Resource is null)
        {
            success.TryGetProperty("content", out _).ShouldBeFalse();
            return;
        }

        var schema = success.GetProperty("content").GetProperty("application/json").GetProperty("schema");
        if (operation.ListKey is { } key)
        {
            schema.GetProperty("properties").TryGetProperty("meta", out _).ShouldBeTrue();
            schema = schema.GetProperty("properties").GetProperty(key).GetProperty("items");
        }

        var name = schema.GetProperty("$ref").GetString()!.Split('/')[^1];
        name.ShouldBe(operation.Resource);
        ShouldHold(
            ContractTable.Resources[name],
            document.GetProperty("components").GetProperty("schemas").GetProperty(name));
    }

    private static void ShouldHold(IReadOnlyList<ContractField> fields, JsonElement schema)
    {
        var properties = schema.GetProperty("properties");
        properties.EnumerateObject().Select(property => property.Name)
            .ShouldBe(fields.Select(field => field.Name), ignoreOrder: true);
        foreach (var field in fields)
        {
            var property = properties.GetProperty(field.Name);
            Agrees(field.Type, TypeOf(property)).ShouldBeTrue($"{field.Name}: {field.Type}, not {property}");
            var canBeNull = property.TryGetProperty("nullable", out var nullable) && nullable.GetBoolean();
            (canBeNull && !field.CanBeNull).ShouldBeFalse($"{field.Name} is never null");
            if (field.Type == "links")
            {
                property.GetProperty("properties").EnumerateObject().Select(link => link.Name)
                    .ShouldBe(field.Keys, ignoreOrder: true);
            }
        }
    }

    private static IEnumerable<(string Where, string Name, JsonElement Schema, bool IsRequired)> ParametersOf(
        JsonElement operation)
    {
        if (operation.TryGetProperty("parameters", out var parameters))
        {
            foreach (var parameter in parameters.EnumerateArray())
            {
                yield return (
                    parameter.GetProperty("in").GetString()!,
                    parameter.GetProperty("name").GetString()!,
                    parameter.GetProperty("schema"),
                    parameter.TryGetProperty("required", out var required) && required.GetBoolean());
            }
        }

        if (operation.TryGetProperty("requestBody", out var body))
        {
            var content = body.GetProperty("content").EnumerateObject().Single();
            var where = content.Name == "application/x-www-form-urlencoded" ? "form" : "json";
            var form = content.Value.GetProperty("schema");
            var required = form.TryGetProperty("required", out var names)
                ? names.EnumerateArray().Select(name => name.GetString()).ToHashSet()
                : [];
            foreach (var property in form.TryGetProperty("properties", out var properties)
                ? properties.EnumerateObject()
                : default)
            {
                yield return (where, property.Name, property.Value, required.Contains(property.Name));
            }
        }
    }

    // In the words of the contract's table.
    private static string TypeOf(JsonElement schema)
    {
        if (schema.TryGetProperty("items", out var items))
        {
            return (items.EnumerateObject().Any() ? TypeOf(items) : "any") + "[]";
        }

        if (schema.TryGetProperty("enum", out var values))
        {
            return "enum:" + string.Join('|', values.EnumerateArray().Select(value => value.GetString()).Order());
        }

        if (schema.TryGetProperty("pattern", out var pattern))
        {
            return "sid:" + pattern.GetString()![1..3];
        }

        var type = schema.GetProperty("type").GetString()!;
        return schema.TryGetProperty("format", out var format) && type is "string" or "object"
            ? format.GetString() == "uri-map" ? "links" : format.GetString()!
            : type;
    }

    private static bool Agrees(string documented, string described)
    {
        var isList = documented.EndsWith("[]", StringComparison.Ordinal);
        var words = documented.Replace("[]", "", StringComparison.Ordinal);
        return words is "any" || (words is "string" or "sid:*"
            ? isList == described.EndsWith("[]", StringComparison.Ordinal) && described is not ("integer" or "links")
            : described == (words.StartsWith("enum:", StringComparison.Ordinal)
                ? "enum:" + string.Join('|', words[5..].Split('|').Order()) + (isList ? "[]" : "")
                : documented));
    }

    private async Task<JsonElement> OperationAsync(ContractOperation operation) =>
        (await ReadAsync()).GetProperty("paths").GetProperty(operation.Path)
            .GetProperty(operation.Method.Method.ToLowerInvariant());

    private async Task<JsonElement> ReadAsync() => (await fixture.Server.GetAsync("/openapi/v1.json")).Json;
}
