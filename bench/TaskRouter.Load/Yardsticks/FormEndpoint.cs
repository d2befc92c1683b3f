using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TaskRouter.Load.Yardsticks;

/// <summary>
/// What creating a task costs any server in C# before it does anything: a route, a form that is read and checked, and a
/// task written as JSON. Nobody is asked for credentials, nothing is kept.
/// </summary>
internal static class FormEndpoint
{
    public const string Verb = "form";

    public const string Tasks = "/v1/Workspaces/WS0192a7c4e5f67a8b9c0d1e2f3a4b5c6d/Tasks";

    private const int SidLength = 34;

    /// <summary>What the child does.</summary>
    public static async Task ServeAsync(string port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost
            .UseUrls($"http://127.0.0.1:{port}")
            .ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        await using var app = builder.Build();
        app.MapGet("/", () => "");
        app.MapPost("/v1/Workspaces/{workspaceSid}/Tasks", CreateAsync);
        await app.RunAsync();
    }

    private static async Task CreateAsync(string workspaceSid, HttpRequest request, HttpResponse response)
    {
        var form = await request.ReadFormAsync();
        var (workflow, attributes) = ((string?)form["WorkflowSid"], (string?)form["Attributes"]);
        if (workflow is not { Length: SidLength } || attributes is null || !IsObject(attributes))
        {
            response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var url = $"http://{request.Host}/v1/Workspaces/{workspaceSid}";
        var sid = $"WT{Guid.NewGuid():n}";
        var json = JsonSerializer.SerializeToUtf8Bytes(
            new AnsweredTask
            {
                Attributes = attributes,
                DateCreated = DateTimeOffset.UtcNow,
                DateUpdated = DateTimeOffset.UtcNow,
                TaskQueueEnteredDate = DateTimeOffset.UtcNow,
                VirtualStartTime = DateTimeOffset.UtcNow,
                Sid = sid,
                WorkflowSid = workflow,
                WorkspaceSid = workspaceSid,
                Url = $"{url}/Tasks/{sid}",
                Links = new AnsweredLinks(
                    $"{url}/TaskQueues/WQ0192a7c4e5f67a8b9c0d1e2f3a4b5c6d",
                    $"{url}/Workflows/{workflow}",
                    url,
                    $"{url}/Tasks/{sid}/Reservations"),
            },
            AnsweredTaskJson.Default.AnsweredTask);
        response.StatusCode = StatusCodes.Status201Created;
        (response.ContentType, response.ContentLength) = ("application/json", json.Length);
        await response.Body.WriteAsync(json);
    }

    private static bool IsObject(string attributes)
    {
        try
        {
            using var json = JsonDocument.Parse(attributes);
            return json.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>A task as it is sent. https://www.twilio.com/docs/taskrouter/api/task</summary>
internal sealed record AnsweredTask
{
    public string AccountSid { get; init; } = "AC0123456789abcdef0123456789abcdef";

    public int Age { get; init; }

    public string AssignmentStatus { get; init; } = "pending";

    public required string Attributes { get; init; }

    public string Addons { get; init; } = "{}";

    public required DateTimeOffset DateCreated { get; init; }

    public required DateTimeOffset DateUpdated { get; init; }

    public required DateTimeOffset TaskQueueEnteredDate { get; init; }

    public int Priority { get; init; }

    public string? Reason { get; init; }

    public required string Sid { get; init; }

    public string TaskQueueSid { get; init; } = "WQ0192a7c4e5f67a8b9c0d1e2f3a4b5c6d";

    public string TaskQueueFriendlyName { get; init; } = "Q7";

    public string TaskChannelSid { get; init; } = "TC0192a7c4e5f67a8b9c0d1e2f3a4b5c6d";

    public string TaskChannelUniqueName { get; init; } = "default";

    public int Timeout { get; init; } = 86_400;

    public required string WorkflowSid { get; init; }

    public string WorkflowFriendlyName { get; init; } = "W7";

    public required string WorkspaceSid { get; init; }

    public required string Url { get; init; }

    public required AnsweredLinks Links { get; init; }

    public required DateTimeOffset VirtualStartTime { get; init; }

    public bool IgnoreCapacity { get; init; }

    public string? RoutingTarget { get; init; }
}

internal sealed record AnsweredLinks(string TaskQueue, string Workflow, string Workspace, string Reservations);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AnsweredTask))]
internal sealed partial class AnsweredTaskJson : JsonSerializerContext;
