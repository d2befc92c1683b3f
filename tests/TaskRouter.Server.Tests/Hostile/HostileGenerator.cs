using System.Text;
using TaskRouter.Server.Tests.Api;
using TaskRouter.Server.Tests.Contract;

namespace TaskRouter.Server.Tests.Hostile;

/// <summary>
/// Requests over all operations of the contract, each wrong in a few ways. The same seed and index give the same
/// request, but for the SIDs of the workspace it is aimed at.
/// </summary>
internal static class HostileGenerator
{
    private const string FormType = "application/x-www-form-urlencoded";

    private static readonly string[] Methods = ["PUT", "PATCH", "HEAD", "TRACE", "DELETE", "GET", "POST", "FOO"];

    private static readonly string[] ContentTypes =
    [
        FormType, FormType + "; charset=UTF-8", FormType + "; charset=utf-16", "APPLICATION/X-WWW-FORM-URLENCODED",
        "application/json", "application/json; charset=utf-8", "multipart/form-data; boundary=x", "multipart/form-data",
        "text/xml", "text/plain", "application/octet-stream", "nonsense", "", ";", FormType + "; charset=\"",
    ];

    // Each is a good header of HTTP with a bad value.
    private static readonly string[] Headers =
    [
        "If-Match: \"0\"", "If-Match: W/\"99\"", "If-Match: *", "If-Match: \"0\", \"1\"",
        "If-Match: 99999999999999999999",
        "If-Match: \"", "Accept: text/html", "Accept: */*;q=nonsense", "Accept-Encoding: utf-8", "Range: bytes=0-1",
        "Content-Encoding: gzip", "X-HTTP-Method-Override: DELETE", "X-Original-URL: /healthz",
        "X-Forwarded-For: 127.0.0.1", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: nonsense",
        "Cookie: " + new string('a', 4_000), "User-Agent: ${jndi:ldap://127.0.0.1/a}", "Origin: null",
        "Authorization: Bearer x", "Twilio-Request-Id: RQ1", "Connection: close", "Upgrade: websocket",
        "Expect: nonsense",
        "Forwarded: for=\"[", "traceparent: nonsense", "Date: yesterday",
    ];

    // Each breaks HTTP, or what the HTTP server takes as a request.
    private static readonly string[] BrokenHeaders =
    [
        "Host: evil.example", "Host: a b", "Content-Length: 5", "Content-Length: -1", "Content-Length: 1e3",
        "Transfer-Encoding: nonsense", "X: " + new string('x', 40_000), ": no name", "No colon", " folded: x",
        "X-Null: a\0b", "Accept-Language: \u00ff\u00fe", "Transfer-Encoding: chunked\r\nContent-Length: 3",
    ];

    public static HostileRequest Make(int seed, int index, TestWorkspace workspace, string authorization)
    {
        var random = new Random(HashCode(seed, index));
        var operation = HostileText.Pick(random, ContractTable.Operations);
        var isHttp = true;

        var method = random.Next(12) == 0 ? HostileText.Pick(random, Methods) : operation.Method.Method;
        var path = Path(random, operation, workspace);
        if (method == "DELETE" && random.Next(30) > 0)
        {
            // What succeeds leaves less for the requests behind it.
            path = path.TrimEnd('/')[..^1] + HostileText.Pick(random, ["", "x", "00", "%41"]);
        }

        var pairs = Pairs(random, operation, workspace);
        var isForm = operation.Method == HttpMethod.Post || random.Next(20) == 0;
        var query = isForm && random.Next(10) > 0 ? "" : "?" + HostileText.Shorten(pairs);
        var body = isForm ? Encoding.Latin1.GetBytes(Body(random, pairs)) : [];
        var headers = new List<string> { "Host: 127.0.0.1" };
        headers.Add(random.Next(40) == 0 ? $"Authorization: {HostileText.Pick(random, Sids)}" : authorization);
        if (body.Length > 0 || random.Next(5) == 0)
        {
            headers.Add($"Content-Type: {(random.Next(6) == 0 ? HostileText.Pick(random, ContentTypes) : FormType)}");
        }

        if (random.Next(6) == 0)
        {
            headers.Add(HostileText.Pick(random, Headers));
        }

        if (body.Length > 0 && random.Next(10) == 0)
        {
            headers.Add("Transfer-Encoding: chunked");
            body = Chunked(body);
        }
        else
        {
            headers.Add($"Content-Length: {body.Length}");
        }

        if (random.Next(40) == 0)
        {
            headers.Insert(random.Next(headers.Count), HostileText.Pick(random, BrokenHeaders));
            isHttp = false;
        }

        if (random.Next(200) == 0)
        {
            headers.AddRange(Enumerable.Range(0, 120).Select(number => $"X-{number}: x"));
            isHttp = false;
        }

        return new HostileRequest(method, path + query, headers, body, isHttp && IsTarget(path + query));
    }

    private static string[] Sids => ["Basic", "Basic !!!", "Basic QUM6", "Basic " + new string('A', 3_000), "Digest x"];

    // Kestrel takes a request line of 16 KB and no NUL in a path.
    private static bool IsTarget(string target) => target.Length < 16_000
        && !target.Split('?')[0].Contains("%00", StringComparison.Ordinal);

    private static string Path(Random random, ContractOperation operation, TestWorkspace workspace)
    {
        var segments = ContractValues.PathOf(operation, workspace).Split('/');
        if (random.Next(5) == 0)
        {
            var at = random.Next(1, segments.Length);
            segments[at] = random.Next(3) == 0
                ? Uri.EscapeDataString(HostileText.Tampered(random, segments[at]))
                : HostileText.Pick(random, HostileText.Segments);
        }

        var path = string.Join('/', segments);
        return random.Next(30) switch
        {
            0 => path + "/",
            1 => path.ToUpperInvariant(),
            2 => path.Replace("/", "//", StringComparison.Ordinal),
            3 => path + "/" + HostileText.Repeat("a", 6_000),
            4 => path + ".json",
            _ => path,
        };
    }

    private static List<string> Pairs(Random random, ContractOperation operation, TestWorkspace workspace)
    {
        var pairs = new List<string>();
        foreach (var parameter in operation.Sent)
        {
            // Required ones mostly, so that the others are looked at; deletions of whole workspaces stay rare so.
            if (random.Next(100) < (parameter.IsRequired ? 90 : 25))
            {
                pairs.Add($"{parameter.Name}={Value(random, operation, parameter, workspace)}");
            }
        }

        if (random.Next(10) == 0)
        {
            pairs.Add($"{HostileText.Any(random)}={HostileText.Any(random)}");
        }

        if (pairs.Count > 0 && random.Next(10) == 0)
        {
            pairs.AddRange(Enumerable.Repeat(HostileText.Pick(random, pairs), random.Next(1, 4)));
        }

        if (random.Next(150) == 0)
        {
            pairs.AddRange(Enumerable.Range(0, 5_000).Select(number => $"P{number}=x"));
        }

        return pairs;
    }

    private static string Value(
        Random random, ContractOperation operation, ContractParameter parameter, TestWorkspace workspace)
    {
        var valid = ContractValues.ValidOf(operation, parameter, workspace);
        var invalid = ContractValues.InvalidOf(parameter).ToList();
        return random.Next(10) switch
        {
            < 4 => Uri.EscapeDataString(valid),
            // A tampered URL might be somebody's, and would be called.
            4 when parameter.Type != "uri" => Uri.EscapeDataString(HostileText.Tampered(random, valid)),
            5 when invalid.Count > 0 => Uri.EscapeDataString(HostileText.Pick(random, invalid).Value),
            _ => HostileText.Any(random),
        };
    }

    private static string Body(Random random, List<string> pairs) => random.Next(60) switch
    {
        0 => "{\"FriendlyName\":\"x\"}",
        1 => HostileText.Repeat("&", 100_000),
        2 => "FriendlyName=" + HostileText.Repeat("x", random.Next(1, 6_000_000)),
        3 => HostileText.Any(random),
        4 => HostileText.Repeat("=", 10_000),
        _ => string.Join('&', pairs),
    };

    private static byte[] Chunked(byte[] body) =>
        [.. Encoding.ASCII.GetBytes($"{body.Length:x}\r\n"), .. body, .. "\r\n0\r\n\r\n"u8];

    // The runtime's own HashCode differs from run to run.
    private static int HashCode(int seed, int index) => unchecked((seed * 397) ^ (index * 0x5bd1e995));
}
