using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using TaskRouter.Server.Api.Wire;
using Xunit;

namespace TaskRouter.Server.Tests.Api;

/// <summary>
/// Every operation of the running application, with every kind of credentials: exactly the expected status. Operations
/// come from the route table, so a new one is asked too; those that carry a token within are AgentApiTests' matter.
/// </summary>
public sealed class AuthorizationMatrixTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string Workspace = "/v1/Workspaces/{workspaceSid}";
    private const string Feed = "/ext/v1/Workspaces/{workspaceSid}/Feed";
    private const string Keys = "/2010-04-01/Accounts/{accountSid}/Keys";

    private readonly TestServer _server = fixture.Server;

    /// <summary>
    /// Who asks, and what the answer is where it is none of the operation's own. The last rule that fits counts; null
    /// means that the operation answers.
    /// </summary>
    public static TheoryData<string> Everybody => new(Matrix.Keys.ToArray());

    private static Dictionary<string, (Func<MatrixScene, string?> Who, Rule[] Rules)> Matrix { get; } =
        new(Passwords.Concat(WrongTokens).Concat(Tokens).Concat(AccessTokens));

    private static Dictionary<string, (Func<MatrixScene, string?> Who, Rule[] Rules)> Passwords => new()
    {
        ["nobody"] = (_ => null, [Rule.All(401)]),
        ["the wrong token"] = (scene => TestServer.Basic(scene.AccountSid, "wrong"), [Rule.All(401)]),
        ["an unknown account"] = (
            _ => TestServer.Basic("AC00000000000000000000000000000000", TestServer.Account.AuthToken), [Rule.All(401)]),
        ["the account"] = (_ => TestServer.Basic(TestServer.Account), []),
        ["the account by its secondary token"] = (
            scene => TestServer.Basic(scene.AccountSid, TestServer.SecondaryAuthToken), []),
        ["another account"] = (
            _ => TestServer.Basic(TestServer.OtherAccount),
            [
                Rule.All(404), new("* /v1/Workspaces", null), new("GET /ext/v1/Alerts", null),
                new("GET /v1/Configuration", null),
            ]),
        ["an API key"] = (scene => TestServer.Basic(scene.KeySid, scene.KeySecret), [new($"* {Keys}**", 401)]),
        ["an API key with the wrong secret"] = (scene => TestServer.Basic(scene.KeySid, "wrong"), [Rule.All(401)]),
        ["an API key that was deleted"] = (
            scene => TestServer.Basic(scene.DeletedKeySid, scene.DeletedKeySecret), [Rule.All(401)]),
    };

    private static Dictionary<string, (Func<MatrixScene, string?> Who, Rule[] Rules)> WrongTokens => new()
    {
        ["a token without a signature"] = (scene => scene.Unsigned(), [Rule.All(401)]),
        ["a forged token"] = (
            scene => scene.Capability(scene.Self, secret: "forged", policies: scene.Everything), [Rule.All(401)]),
        ["an expired token"] = (
            scene => scene.Capability(scene.Self, expiresIn: -60, policies: scene.Everything), [Rule.All(401)]),
        ["a token of a deleted key"] = (
            scene => scene.Access(scene.DeletedKeySid, scene.DeletedKeySecret, scene.Self, "supervisor"),
            [Rule.All(401)]),
    };

    private static Dictionary<string, (Func<MatrixScene, string?> Who, Rule[] Rules)> Tokens => new()
    {
        ["a token without policies"] = (scene => scene.Capability(scene.Self), [Rule.All(403)]),
        ["a token for everything in the workspace"] = (
            scene => scene.Capability(scene.WorkspaceSid, policies: scene.Everything),
            [Rule.All(403), new($"* {Workspace}**", null)]),
        ["a token for everything in another workspace"] = (
            scene => scene.Capability(scene.OtherWorkspaceSid, scene.OtherWorkspaceSid, policies: scene.Everything),
            [Rule.All(403)]),
        ["a token that may only read"] = (
            scene => scene.Capability(scene.WorkspaceSid, policies: TestTokens.Policy("GET", $"{scene.Path}/**")),
            [Rule.All(403), new($"GET {Workspace}**", null)]),
        ["a token that may not touch tasks"] = (
            scene => scene.Capability(
                scene.WorkspaceSid,
                policies: [.. scene.Everything, TestTokens.Policy("POST", $"{scene.Path}/Tasks/**", allow: false)]),
            [Rule.All(403), new($"* {Workspace}**", null), new($"POST {Workspace}/Tasks**", 403)]),
        ["the worker's capability token"] = (
            scene => scene.Capability(scene.Self, policies: TestTokens.WorkerPolicies(scene.Workspace, scene.Self)),
            [
                Rule.All(403),
                new($"GET {Workspace}/Activities", null),
                new($"GET {Workspace}/Tasks**", null),
                new($"GET {Workspace}/Workers/{{sid}}", null),
                new($"GET {Workspace}/Workers/{{workerSid}}/Reservations**", null),
            ]),
        ["another worker's capability token"] = (
            scene => scene.Capability(
                scene.Other, policies: TestTokens.WorkerPolicies(scene.Workspace, scene.Other)),
            [Rule.All(403), new($"GET {Workspace}/Activities", null), new($"GET {Workspace}/Tasks**", null)]),
    };

    private static Dictionary<string, (Func<MatrixScene, string?> Who, Rule[] Rules)> AccessTokens => new()
    {
        ["the worker's access token"] = (
            scene => scene.Access(scene.KeySid, scene.KeySecret, scene.Self, "worker"),
            [
                Rule.All(403),
                new($"GET {Workspace}/Activities", null),
                new($"GET {Workspace}/Tasks**", null),
                new($"POST {Workspace}/Tasks/{{sid}}", null),
                new($"GET {Workspace}/Workers/{{sid}}", null),
                new($"POST {Workspace}/Workers/{{sid}}", null),
                new($"GET {Workspace}/Workers/{{workerSid}}/**", null),
                new($"POST {Workspace}/Workers/{{workerSid}}/**", null),
            ]),
        ["another worker's access token"] = (
            scene => scene.Access(scene.KeySid, scene.KeySecret, scene.Other, "worker"),
            [Rule.All(403), new($"GET {Workspace}/Activities", null), new($"GET {Workspace}/Tasks**", null)]),
        ["an admin's access token"] = (
            scene => scene.Access(scene.KeySid, scene.KeySecret, scene.Self, "admin"),
            [Rule.All(403), new($"GET {Workspace}**", null), new($"GET {Feed}", null)]),
        ["a supervisor's access token"] = (
            scene => scene.Access(scene.KeySid, scene.KeySecret, scene.Self, "supervisor"),
            [
                Rule.All(403),
                new($"* {Workspace}**", null),
                new($"GET {Feed}", null),
                new($"POST {Workspace}", 403),
                new($"DELETE {Workspace}", 403),
            ]),
    };

    [Theory]
    [MemberData(nameof(Everybody))]
    public async Task Every_operation_answers_everybody_as_the_table_says(string who)
    {
        var scene = await MatrixScene.CreateAsync(_server);
        var (credentials, rules) = Matrix[who];
        var authorization = credentials(scene);
        var wrong = new List<string>();
        foreach (var operation in Operations())
        {
            var ruled = rules.LastOrDefault(rule => rule.Fits(operation));
            var expected = ruled is { Status: { } status } ? status : operation.Success;
            var path = await scene.PathOfAsync(operation);
            var answer = await SendAsync(operation, path, authorization, scene.Form());
            if ((int)answer.Status != expected)
            {
                wrong.Add($"{operation}: {(int)answer.Status} instead of {expected}: {answer.Text}");
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void Every_rule_fits_an_operation()
    {
        var operations = Operations().ToList();

        operations.Count.ShouldBeGreaterThan(50);
        Matrix.Values.SelectMany(entry => entry.Rules)
            .Where(rule => !operations.Any(rule.Fits))
            .ShouldBeEmpty();
    }

    private IEnumerable<Operation> Operations() =>
        from endpoint in _server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where endpoint.Metadata.GetMetadata<OpenToAll>() is null
            && endpoint.Metadata.GetMetadata<TokenWithin>() is null
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        let operation = new Operation(
            method,
            "/" + endpoint.RoutePattern.RawText!.TrimStart('/'),
            endpoint.Metadata.GetMetadata<Server.Api.Contract.Operation>()?.BodyType is not null)
        orderby operation is { Method: "DELETE", Route: Workspace }, operation.Route, operation.Method == "DELETE"
        select operation;

    private Task<Answer> SendAsync(
        Operation operation, string path, string? authorization, IEnumerable<(string Name, string Value)> form)
    {
        HttpContent? content = operation.Method != "POST" || operation.IsFetch ? null
            : operation.TakesJson ? TestServer.Json($$"""{"account_sid":"{{TestServer.Account.Sid}}"}""")
            : new FormUrlEncodedContent(form.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));
        return _server.SendAsync(new HttpMethod(operation.Method), path, content, authorization: authorization);
    }

    /// <summary>What answers when the credentials suffice follows from method and path alone.</summary>
    /// <param name="TakesJson">JSON updates; what creates takes a form.</param>
    internal sealed record Operation(string Method, string Route, bool TakesJson)
    {
        /// <summary>Statistics in bulk: a POST that makes nothing and takes no form.</summary>
        public bool IsFetch => Route.EndsWith("/RealTimeStatistics", StringComparison.Ordinal);

        public int Success => Method switch
        {
            "DELETE" => 204,
            "POST" when IsFetch => 200,
            "POST" when !TakesJson && !Route.EndsWith('}')
                && !Route.EndsWith("}.json", StringComparison.Ordinal) => 201,
            _ => 200,
        };

        public override string ToString() => $"{Method} {Route}";
    }

    /// <summary>A method (or *) and a route, or all that begin so; GET stands for HEAD too.</summary>
    internal sealed record Rule(string Pattern, int? Status)
    {
        public static Rule All(int status) => new("* **", status);

        public bool Fits(Operation operation)
        {
            var (method, route) = Pattern.Split(' ', 2) is [var first, var second] ? (first, second) : ("", "");
            var fitsMethod = method == "*" || method == operation.Method
                || (method == "GET" && operation.Method == "HEAD");
            return fitsMethod && (route.EndsWith("**", StringComparison.Ordinal)
                ? operation.Route.StartsWith(route[..^2], StringComparison.Ordinal)
                : operation.Route == route);
        }
    }
}
