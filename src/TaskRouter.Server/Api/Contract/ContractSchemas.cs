using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Api.Contract;

/// <summary>Shapes, parameters and resources as JSON Schema.</summary>
internal static class ContractSchemas
{
    // What comes before a SID in a path says what it names. Channels may be named as well.
    private static readonly Dictionary<string, SidKind> KindsInPaths = new()
    {
        ["Accounts"] = SidKind.Account,
        ["Keys"] = SidKind.ApiKey,
        ["Workspaces"] = SidKind.Workspace,
        ["Activities"] = SidKind.Activity,
        ["TaskQueues"] = SidKind.TaskQueue,
        ["Workflows"] = SidKind.Workflow,
        ["Workers"] = SidKind.Worker,
        ["Tasks"] = SidKind.Task,
        ["Reservations"] = SidKind.Reservation,
        ["Events"] = SidKind.Event,
        ["Alerts"] = SidKind.Alert,
        ["Calls"] = SidKind.Call,
    };

    public static OpenApiSchema InPath(string collection) => Of(
        KindsInPaths.TryGetValue(collection, out var kind) ? Shape.Sid(kind) : Shape.Text with { Example = "default" });

    public static OpenApiSchema Of(Shape shape, bool canBeNull = false) => new()
    {
        Type = TypeOf(shape) | (canBeNull ? JsonSchemaType.Null : default),
        Format = shape.Format,
        Pattern = shape.Pattern,
        Enum = shape.Values.Count > 0 ? [.. shape.Values.Select(value => (JsonNode)value)] : null,
        Minimum = shape.Min?.ToString(CultureInfo.InvariantCulture),
        Maximum = shape.Max?.ToString(CultureInfo.InvariantCulture),
        Items = shape.Type switch
        {
            "array" => new OpenApiSchema { Type = JsonSchemaType.Object },
            "list" => new OpenApiSchema(),
            _ => null,
        },
        Examples = shape.Type is "object" or "array" or "list" ? null : [ExampleOf(shape)],
    };

    public static OpenApiSchema Of(Parameter parameter) => parameter.IsList
        ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = Of(parameter.Shape) }
        : Of(parameter.Shape);

    public static OpenApiSchema Described(Parameter parameter)
    {
        var schema = Of(parameter);
        schema.Description = parameter.Meaning;
        return schema;
    }

    public static JsonNode ExampleOf(Parameter parameter) =>
        parameter.IsList ? new JsonArray(ExampleOf(parameter.Shape)) : ExampleOf(parameter.Shape);

    /// <summary>Every key is always there.</summary>
    public static OpenApiSchema Of(Resource resource) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = resource.Fields.ToDictionary(field => field.Name, field => (IOpenApiSchema)Of(field)),
        Required = resource.Fields.Select(field => field.Name).ToHashSet(),
    };

    public static OpenApiSchema PageOf(string key, IOpenApiSchema item, IOpenApiSchema meta) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            [key] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = item },
            ["meta"] = meta,
        },
        Required = new HashSet<string> { key, "meta" },
    };

    public static OpenApiSchema PageOf2010(string key, IOpenApiSchema item)
    {
        var schema = Of(new Resource(
            "page",
            "",
            "",
            Field.Integer("page"),
            Field.Integer("page_size", "50"),
            Field.Integer("start"),
            Field.Integer("end", "49"),
            Field.Text("first_page_uri", "/2010-04-01/..."),
            Field.Text("previous_page_uri", "/2010-04-01/...", canBeNull: true),
            Field.Text("uri", "/2010-04-01/..."),
            Field.Text("next_page_uri", "/2010-04-01/...", canBeNull: true)));
        schema.Properties!.Add(key, new OpenApiSchema { Type = JsonSchemaType.Array, Items = item });
        return schema;
    }

    public static OpenApiSchema Meta() => Of(new Resource(
        "meta",
        "",
        "",
        Field.Integer("page"),
        Field.Integer("page_size", "50"),
        Field.Url("first_page_url"),
        Field.Url("previous_page_url", canBeNull: true),
        Field.Url("url"),
        Field.Url("next_page_url", canBeNull: true),
        Field.Text("key", "tasks")));

    public static OpenApiSchema Error() => Of(new Resource(
        "error",
        "",
        "",
        Field.Integer("code", "20404"),
        Field.Text("message", Refusal.NotFound("/Workspaces/WS.../Tasks/WT...").Message),
        Field.Url("more_info"),
        Field.Integer("status", "404")));

    private static OpenApiSchema Of(Field field)
    {
        var schema = Of(field.Shape, field.CanBeNull);
        if (field.Keys.Count > 0)
        {
            schema.Properties = field.Keys.ToDictionary(
                key => key, _ => (IOpenApiSchema)Of(Shape.Url, canBeNull: true));
        }

        return schema;
    }

    private static JsonNode ExampleOf(Shape shape) => shape.Type switch
    {
        "integer" => long.Parse(shape.Example, CultureInfo.InvariantCulture),
        "boolean" => bool.Parse(shape.Example),
        _ => shape.Example,
    };

    private static JsonSchemaType TypeOf(Shape shape) => shape.Type switch
    {
        "integer" => JsonSchemaType.Integer,
        "boolean" => JsonSchemaType.Boolean,
        "object" => JsonSchemaType.Object,
        "array" or "list" => JsonSchemaType.Array,
        _ => JsonSchemaType.String,
    };
}
