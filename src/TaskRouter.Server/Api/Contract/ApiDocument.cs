using System.Globalization;
using System.Net.Mime;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.OpenApi;
using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Api.Contract;

/// <summary>
/// The server's own OpenAPI document, written from what the routes carry: a route that is mapped is in it, with the
/// very parameters that its handler sees. https://spec.openapis.org/oas/v3.0.3
/// </summary>
internal sealed class ApiDocument
{
    private const string ErrorSchema = "error";
    private const string MetaSchema = "meta";
    private const string Scheme = "accountSid_authToken";
    private const string TokenScheme = "token";

    private readonly OpenApiDocument _document = new()
    {
        Info = new OpenApiInfo
        {
            Title = "TaskRouter",
            Version = "v1",
            Description = "Twilio TaskRouter's REST API, served by a server of your own.",
        },
        Servers = [new OpenApiServer { Url = "/" }],
        Paths = [],
        Components = new OpenApiComponents
        {
            Schemas = new Dictionary<string, IOpenApiSchema>(),
            SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Scheme] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "basic",
                    Description = "The account's SID and its auth token, or an API key's SID and its secret.",
                },
                [TokenScheme] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "bearer",
                    BearerFormat = "JWT",
                    Description = "A capability token, or an access token with a TaskRouter grant.",
                },
            },
        },
    };

    private ApiDocument()
    {
        _document.Security =
        [
            new OpenApiSecurityRequirement { [new(Scheme, _document)] = [] },
            new OpenApiSecurityRequirement { [new(TokenScheme, _document)] = [] },
        ];
        AddSchema(ErrorSchema, ContractSchemas.Error());
        AddSchema(MetaSchema, ContractSchemas.Meta());
    }

    public static async Task<byte[]> WriteAsync(IEnumerable<Endpoint> endpoints)
    {
        var document = new ApiDocument();
        foreach (var endpoint in endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<Operation>() is { } operation)
            {
                document.Add(endpoint, operation);
            }
        }

        using var json = new MemoryStream();
        await document._document.SerializeAsJsonAsync(json, OpenApiSpecVersion.OpenApi3_0);
        return json.ToArray();
    }

    private void Add(RouteEndpoint endpoint, Operation operation)
    {
        var path = PathOf(endpoint);
        if (!_document.Paths.TryGetValue(path, out var item))
        {
            item = new OpenApiPathItem { Operations = [] };
            _document.Paths.Add(path, item);
        }

        var method = endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods[0];
        var hasBody = HttpMethods.IsPost(method);
        item.Operations!.Add(HttpMethod.Parse(method), new OpenApiOperation
        {
            OperationId = operation.Id,
            Summary = operation.Summary,
            Tags = new HashSet<OpenApiTagReference> { new(TagOf(path), _document) },
            Parameters = [.. InPath(path), .. hasBody ? [] : InQuery(operation), .. InHeaders(operation)],
            RequestBody = hasBody && (operation.Takes.Count > 0 || operation.BodyType is not null)
                ? BodyOf(operation)
                : null,
            Responses = ResponsesOf(operation),
        });
        _document.Tags ??= new HashSet<OpenApiTag>();
        _document.Tags.Add(new OpenApiTag { Name = TagOf(path) });
    }

    // Twilio's names: the placeholder that ends a path is the resource's own Sid.
    private static string PathOf(RouteEndpoint endpoint)
    {
        var segments = endpoint.RoutePattern.PathSegments;
        return "/" + string.Join('/', segments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternParameterPart { Name: var name } =>
                segment == segments[^1] && name.EndsWith("id", StringComparison.Ordinal)
                    ? "{Sid}"
                    : $"{{{char.ToUpperInvariant(name[0])}{name[1..]}}}",
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            _ => throw new NotSupportedException($"{part.PartKind} in a path"),
        }))));
    }

    private static string TagOf(string path) => path
        .Split('/').Last(segment => !segment.StartsWith('{'))
        .Replace(".json", "", StringComparison.Ordinal);

    private static IEnumerable<IOpenApiParameter> InPath(string path)
    {
        var segments = path.Split('/');
        for (var index = 1; index < segments.Length; index++)
        {
            if (segments[index].StartsWith('{'))
            {
                yield return new OpenApiParameter
                {
                    Name = segments[index][1..segments[index].IndexOf('}', StringComparison.Ordinal)],
                    In = ParameterLocation.Path,
                    Required = true,
                    Schema = ContractSchemas.InPath(segments[index - 1]),
                };
            }
        }
    }

    private static IEnumerable<IOpenApiParameter> InQuery(Operation operation) => operation.Takes.Select(parameter =>
        new OpenApiParameter
        {
            Name = parameter.Name,
            In = ParameterLocation.Query,
            Description = parameter.Meaning,
            Required = parameter.IsRequired,
            Schema = ContractSchemas.Of(parameter),
            Example = ContractSchemas.ExampleOf(parameter),
        });

    private static IEnumerable<IOpenApiParameter> InHeaders(Operation operation) => !operation.TakesIfMatch ? [] :
    [
        new OpenApiParameter
        {
            Name = "If-Match",
            In = ParameterLocation.Header,
            Description = "The ETag of the version that is to be changed; another one now is answered with 412",
            Schema = ContractSchemas.Of(Shape.Text with { Example = "\"3\"" }),
        },
    ];

    private static OpenApiRequestBody BodyOf(Operation operation) => new()
    {
        Content = new Dictionary<string, OpenApiMediaType>
        {
            [operation.BodyType ?? ParameterReader.FormType] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Properties = operation.Takes.ToDictionary(
                        parameter => parameter.Name, parameter => (IOpenApiSchema)ContractSchemas.Described(parameter)),
                    Required = operation.Takes.Where(parameter => parameter.IsRequired)
                        .Select(parameter => parameter.Name).ToHashSet(),
                },
            },
        },
    };

    private OpenApiResponses ResponsesOf(Operation operation)
    {
        var ok = new OpenApiResponse { Description = operation.Summary };
        if (operation.Answers is { } resource)
        {
            AddSchema(resource.Name, ContractSchemas.Of(resource));
            var one = new OpenApiSchemaReference(resource.Name, _document);
            ok.Content = Json(operation.ListKey is { } key
                ? operation.IsOf2010
                    ? ContractSchemas.PageOf2010(key, one)
                    : ContractSchemas.PageOf(key, one, new OpenApiSchemaReference(MetaSchema, _document))
                : one);
        }

        if (operation.IsStream)
        {
            ok.Content = new Dictionary<string, OpenApiMediaType>
            {
                ["text/event-stream"] = new OpenApiMediaType { Schema = ContractSchemas.Of(Shape.Text) },
            };
        }

        return new OpenApiResponses
        {
            [operation.Status.ToString(CultureInfo.InvariantCulture)] = ok,
            ["default"] = new OpenApiResponse
            {
                Description = "Why not",
                Content = Json(new OpenApiSchemaReference(ErrorSchema, _document)),
            },
        };
    }

    private void AddSchema(string name, OpenApiSchema schema) => _document.Components!.Schemas!.TryAdd(name, schema);

    private static Dictionary<string, OpenApiMediaType> Json(IOpenApiSchema schema) =>
        new() { [MediaTypeNames.Application.Json] = new OpenApiMediaType { Schema = schema } };
}
