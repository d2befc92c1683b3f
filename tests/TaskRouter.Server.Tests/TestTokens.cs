using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TaskRouter.Server.Tests.Api;

namespace TaskRouter.Server.Tests;

/// <summary>
/// Tokens as Twilio's libraries make them, put together by hand so that a test can also make what none would.
/// </summary>
internal static class TestTokens
{
    public static readonly object Header = new { typ = "JWT", alg = "HS256" };
    public static readonly object AccessHeader = new { typ = "JWT", alg = "HS256", cty = "twilio-fpa;v=1" };

    public static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <param name="payload">Something to write as JSON, or the very bytes.</param>
    public static string Sign(object header, object payload, string secret, string alg = "HS256")
    {
        var text = $"{Part(header)}.{(payload is byte[] json ? Base64Url(json) : Part(payload))}";
        var (key, bytes) = (Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(text));
        var signature = alg == "HS512" ? HMACSHA512.HashData(key, bytes) : HMACSHA256.HashData(key, bytes);
        return $"{text}.{Base64Url(signature)}";
    }

    /// <summary>Claims of a capability token; a test changes what it is about.</summary>
    public static Dictionary<string, object?> Capability(string workspaceSid, string channel, params object[] policies)
    {
        var accountSid = TestServer.Account.Sid.ToString();
        return new Dictionary<string, object?>
        {
            ["iss"] = accountSid,
            ["exp"] = Now + 3_600,
            ["nbf"] = Now,
            ["version"] = "v1",
            ["account_sid"] = accountSid,
            ["workspace_sid"] = workspaceSid,
            ["channel"] = channel,
            ["friendly_name"] = channel,
            ["policies"] = policies,
            [channel.StartsWith("WK", StringComparison.Ordinal) ? "worker_sid" : "channel"] = channel,
        };
    }

    public static Dictionary<string, object?> Access(
        string keySid, string workspaceSid, string? workerSid, string? role)
    {
        var grant = new { workspace_sid = workspaceSid, worker_sid = workerSid, role };
        return new Dictionary<string, object?>
        {
            ["jti"] = $"{keySid}-{Now}",
            ["iss"] = keySid,
            ["sub"] = TestServer.Account.Sid.ToString(),
            ["iat"] = Now,
            ["exp"] = Now + 3_600,
            ["grants"] = new { identity = "alice", task_router = grant },
        };
    }

    public static object Policy(
        string method, string path, bool allow = true, object? query = null, object? form = null)
    {
        var url = $"https://taskrouter.twilio.com{path}";
        return new { url, method, allow, query_filter = query ?? new { }, post_filter = form ?? new { } };
    }

    /// <summary>What the libraries give a worker without being asked.</summary>
    public static object[] WorkerPolicies(TestWorkspace workspace, string workerSid) =>
    [
        Policy("GET", $"{workspace.Path}/Activities"),
        Policy("GET", $"{workspace.Path}/Tasks/**"),
        Policy("GET", $"{workspace.Path}/Workers/{workerSid}/Reservations/**"),
        Policy("GET", $"{workspace.Path}/Workers/{workerSid}"),
    ];

    public static string Bearer(string token) => $"Bearer {token}";

    public static string Base64Url(byte[] bytes) =>
        Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Part(object json) => Base64Url(JsonSerializer.SerializeToUtf8Bytes(json));
}
