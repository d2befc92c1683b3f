using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Shouldly;
using TaskRouter.Server.Access;
using TaskRouter.Server.Realtime;
using TaskRouter.Server.Tests.Realtime;
using Xunit;

namespace TaskRouter.Server.Tests.Api;

/// <summary>What a token must be like, and that each flaw has its own code.</summary>
public sealed class TokenTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly string Secret = TestServer.Account.AuthToken;

    private readonly TestServer _server = fixture.Server;

    /// <summary>Flaws of a capability token: a claim that is changed, or left out, and the code.</summary>
    public static TheoryData<string, object?, int> CapabilityFlaws => new()
    {
        { "exp", -3_600L, 20156 },
        { "exp", -11L, 20156 },
        { "exp", null, 20154 },
        { "exp", 3_600L * 25, 20157 },
        { "exp", 3_600L * 24 * 365 * 10_000, 20157 },
        { "nbf", 60L, 20155 },
        { "iss", "AC00000000000000000000000000000000", 20159 },
        { "account_sid", "AC00000000000000000000000000000000", 20153 },
        { "account_sid", TestServer.OtherAccount.Sid.ToString(), 20153 },
        { "account_sid", null, 20153 },
        { "version", "v2", 20154 },
        { "workspace_sid", null, 20154 },
        { "workspace_sid", "WS1", 20154 },
        { "workspace_sid", 1, 20154 },
        { "channel", null, 20154 },
        { "channel", "WT00000000000000000000000000000000", 20154 },
        { "channel", "WS00000000000000000000000000000000", 20154 },
        { "worker_sid", "WK00000000000000000000000000000000", 20154 },
        { "policies", null, 20154 },
        { "policies", "all", 20154 },
        { "policies", new object[] { 1 }, 20154 },
        { "policies", new object[] { new { url = "/v1/**", method = "GET" } }, 20154 },
    };

    public static TheoryData<string, object?, int> AccessFlaws => new()
    {
        { "exp", -3_600L, 20104 },
        { "exp", null, 20106 },
        { "exp", 3_600L * 25, 20157 },
        { "iat", -3_600L * 25, 20157 },
        { "nbf", 60L, 20105 },
        { "iss", "SK00000000000000000000000000000000", 20107 },
        { "iss", "SK1", 20107 },
        { "iss", "", 20107 },
        { "iss", null, 20107 },
        { "sub", "AC00000000000000000000000000000000", 20103 },
        { "sub", TestServer.OtherAccount.Sid.ToString(), 20103 },
        { "sub", null, 20103 },
        { "grants", null, 20106 },
        { "grants", "all", 20106 },
        { "grants", new { task_router = 1 }, 20106 },
        { "grants", new { chat = new { workspace_sid = "WS00000000000000000000000000000000" } }, 20106 },
        { "grants", Grant("worker", worker: null), 20106 },
        { "grants", Grant("worker", "WS00000000000000000000000000000000"), 20106 },
        { "grants", Grant(role: null), 20106 },
        { "grants", Grant("Supervisor"), 20106 },
        { "grants", Grant("supervisor", workspace: "WS1"), 20106 },
    };

    /// <summary>Headers, and the algorithm that the signature is really made with.</summary>
    public static TheoryData<string, string> WrongHeaders => new()
    {
        { """{"typ":"JWT","alg":"none"}""", "HS256" },
        { """{"typ":"JWT","alg":"None"}""", "HS256" },
        { """{"typ":"JWT","alg":""}""", "HS256" },
        { """{"typ":"JWT"}""", "HS256" },
        { """{"typ":"JWT","alg":"hs256"}""", "HS256" },
        { """{"typ":"JWT","alg":"HS512"}""", "HS512" },
        { """{"typ":"JWT","alg":"RS256"}""", "HS256" },
        { """{"typ":"JWT","alg":"ES256","jwk":{"kty":"oct","k":"AA"}}""", "HS256" },
        { """{"typ":"JWT","alg":"HS256","crit":["exp"]}""", "HS256" },
    };

    [Theory]
    [MemberData(nameof(CapabilityFlaws))]
    public async Task A_flaw_of_a_capability_token_has_its_code(string claim, object? value, int code)
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        var claims = TestTokens.Capability(workspace.Sid, workspace.WorkerSid, Read(workspace));

        var token = TestTokens.Sign(TestTokens.Header, Change(claims, claim, value), Secret);

        await ShouldBeRefusedAsync(workspace, token, code);
    }

    [Theory]
    [MemberData(nameof(AccessFlaws))]
    public async Task A_flaw_of_an_access_token_has_its_code(string claim, object? value, int code)
    {
        var scene = await MatrixScene.CreateAsync(_server);
        var claims = TestTokens.Access(scene.KeySid, scene.WorkspaceSid, scene.Self, "worker");

        var token = TestTokens.Sign(TestTokens.AccessHeader, Change(claims, claim, value), scene.KeySecret);

        await ShouldBeRefusedAsync(scene.Workspace, token, code);
    }

    [Theory]
    [MemberData(nameof(WrongHeaders))]
    public async Task One_algorithm_is_accepted_and_no_header_changes_that(string header, string algorithm)
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        var claims = TestTokens.Capability(workspace.Sid, workspace.WorkerSid, Read(workspace));
        var json = JsonDocument.Parse(header).RootElement;
        var token = TestTokens.Sign(json, claims, Secret, algorithm);

        await ShouldBeRefusedAsync(workspace, token, 20152);
        await ShouldBeRefusedAsync(workspace, token[..(token.LastIndexOf('.') + 1)], 20152);
    }

    [Fact]
    public async Task Where_a_key_is_to_be_found_is_not_the_tokens_to_say()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        var claims = TestTokens.Capability(workspace.Sid, workspace.WorkerSid, Read(workspace));
        var header = new { typ = "JWT", alg = "HS256", kid = "../../dev/null", jku = "http://127.0.0.1/keys" };

        await ShouldBeRefusedAsync(workspace, TestTokens.Sign(header, claims, ""), 20159);
        await ShouldBeRefusedAsync(workspace, TestTokens.Sign(header, claims, "../../dev/null"), 20159);
        (await GetAsync(workspace, TestTokens.Sign(header, claims, Secret))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Only_the_issuers_own_secret_signs()
    {
        var scene = await MatrixScene.CreateAsync(_server);
        var capability = TestTokens.Capability(scene.WorkspaceSid, scene.Self, Read(scene.Workspace));
        var access = TestTokens.Access(scene.KeySid, scene.WorkspaceSid, scene.Self, "worker");
        string Capability(string secret) => TestTokens.Sign(TestTokens.Header, capability, secret);
        string Access(string secret) => TestTokens.Sign(TestTokens.AccessHeader, access, secret);

        (await GetAsync(scene.Workspace, Capability(Secret))).ShouldBe(HttpStatusCode.OK);
        (await GetAsync(scene.Workspace, Capability(TestServer.SecondaryAuthToken))).ShouldBe(HttpStatusCode.OK);
        (await GetAsync(scene.Workspace, Access(scene.KeySecret))).ShouldBe(HttpStatusCode.OK);
        await ShouldBeRefusedAsync(scene.Workspace, Capability(scene.KeySecret), 20159);
        await ShouldBeRefusedAsync(scene.Workspace, Capability(TestServer.OtherAccount.AuthToken), 20159);
        await ShouldBeRefusedAsync(scene.Workspace, Access(Secret), 20107);
        await ShouldBeRefusedAsync(scene.Workspace, Access(scene.DeletedKeySecret), 20107);
        await ShouldBeRefusedAsync(
            scene.Workspace, TestTokens.Sign(TestTokens.Header, access, scene.KeySecret), 20102);
    }

    [Fact]
    public async Task A_token_that_was_good_ends_with_the_key_that_signed_it()
    {
        var scene = await MatrixScene.CreateAsync(_server);
        var key = (await _server.PostAsync($"{scene.KeysPath}.json")).ShouldBe(HttpStatusCode.Created);
        var claims = TestTokens.Access(key.Sid, scene.WorkspaceSid, scene.Self, "worker");
        var token = TestTokens.Sign(TestTokens.AccessHeader, claims, key.String("secret"));
        (await GetAsync(scene.Workspace, token)).ShouldBe(HttpStatusCode.OK);
        (await GetAsync(scene.Workspace, token)).ShouldBe(HttpStatusCode.OK);

        (await _server.DeleteAsync($"{scene.KeysPath}/{key.Sid}.json")).ShouldBe(HttpStatusCode.NoContent);

        await ShouldBeRefusedAsync(scene.Workspace, token, 20107);
    }

    [Fact]
    public async Task A_token_that_was_good_ends_in_time_and_a_changed_one_never_was()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        var claims = TestTokens.Capability(workspace.Sid, workspace.WorkerSid, Read(workspace));
        var token = TestTokens.Sign(TestTokens.Header, Change(claims, "exp", 1L), Secret);
        (await GetAsync(workspace, token)).ShouldBe(HttpStatusCode.OK);
        (await GetAsync(workspace, token)).ShouldBe(HttpStatusCode.OK);
        await ShouldBeRefusedAsync(workspace, token[..^4] + "AAAA", 20159);

        // Its second, and the ten by which clocks may differ.
        await Task.Delay(TimeSpan.FromSeconds(12), TestContext.Current.CancellationToken);

        await ShouldBeRefusedAsync(workspace, token, 20156);
    }

    [Fact]
    public async Task A_token_comes_as_Bearer_or_as_the_password_of_the_user_Token()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        var claims = TestTokens.Capability(workspace.Sid, workspace.WorkerSid, Read(workspace));
        var token = TestTokens.Sign(TestTokens.Header, claims, Secret);

        foreach (var authorization in new[] { $"Bearer {token}", $"bearer {token}", TestServer.Basic("Token", token) })
        {
            (await _server.GetAsAsync(authorization, workspace.Path)).ShouldBe(HttpStatusCode.OK);
        }

        (await _server.GetAsAsync(TestServer.Basic("token", token), workspace.Path))
            .ShouldBeError(HttpStatusCode.Unauthorized, 20003);
    }

    [Theory]
    [InlineData("a.b.c")]
    [InlineData("..")]
    [InlineData("e30.e30.e30")]
    [InlineData("bnVsbA.bnVsbA.bnVsbA")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.!!!.AAAA")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.W10.AAAA")]
    public async Task What_only_looks_like_a_token_is_refused(string text)
    {
        var answer = await _server.GetAsAsync(TestTokens.Bearer(text), "/v1/Workspaces");

        answer.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.WwwAuthenticate.ToString().ShouldBe("Basic realm=\"Twilio API\"");
    }

    [Theory]
    [InlineData("""{"alg":1,"typ":"JWT"}""", "{}")]
    [InlineData("""{"alg":"HS256","alg":"none"}""", "{}")]
    [InlineData("""{"alg":"HS256","cty":[1],"kid":{}}""", """{"iss":"SK1"}""")]
    [InlineData("""{"alg":"HS256"}""", """{"iss":1}""")]
    [InlineData("""{"alg":"HS256"}""", """{"iss":["AC1"],"exp":"soon"}""")]
    [InlineData("""{"alg":"HS256"}""", """{"iss":"{AC}","exp":"soon","nbf":[],"iat":{}}""")]
    [InlineData("""{"alg":"HS256"}""", """{"iss":"{AC}","exp":1e400}""")]
    [InlineData("""{"alg":"HS256"}""", """{"iss":"{AC}","exp":99999999999999999999999}""")]
    [InlineData("""{"alg":"HS256"}""", """{"iss":"{AC}","exp":-99999999999999}""")]
    [InlineData("""{"alg":"HS256"}""", """{"iss":"{AC}","exp":{LATER}.5,"sub":7,"account_sid":null,"policies":{}}""")]
    [InlineData("""{"alg":"HS256"}""", """{"iss":"{AC}","exp":{LATER},"iat":1e300}""")]
    [InlineData("""{"alg":"HS256"}""", """{"iss":"{AC}","exp":{LATER},"policies":{DEEP}}""")]
    [InlineData("""{"alg":"HS256"}""", """{"iss":"{AC}","exp":{LATER},"account_sid":"\ud800"}""")]
    [InlineData("""{"alg":"HS256"}""", "{\"iss\":\"{AC}\",\"exp\":{LATER},\"x\":\"\u00ff\"}")]
    [InlineData("""{"alg":"HS256"}""", """{"iss":"{AC}","exp":{LATER},"account_sid":"{AC}","account_sid":""}""")]
    [InlineData("""{"alg":"HS256","zip":"DEF","enc":"A256GCM"}""", """{"iss":"{AC}"}""")]
    [InlineData("""{"alg":"HS256"}""", "")]
    [InlineData("", "{}")]
    [InlineData("[]", "[]")]
    public async Task Whatever_a_token_holds_it_is_no_fault_of_the_server(string header, string payload)
    {
        var text = payload
            .Replace("{AC}", TestServer.Account.Sid.ToString(), StringComparison.Ordinal)
            .Replace("{LATER}", $"{TestTokens.Now + 600}", StringComparison.Ordinal)
            .Replace("{DEEP}", new string('[', 500) + new string(']', 500), StringComparison.Ordinal);
        var parts = new[] { header, text }.Select(part => TestTokens.Base64Url(Encoding.Latin1.GetBytes(part)));
        var signed = string.Join('.', parts);
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.ASCII.GetBytes(signed));
        foreach (var signature in new[] { TestTokens.Base64Url(mac), "AAAA", "" })
        {
            (await _server.GetAsAsync(TestTokens.Bearer($"{signed}.{signature}"), "/v1/Workspaces"))
                .ShouldBe(HttpStatusCode.Unauthorized);
        }
    }

    [Theory]
    [InlineData("/v1/**?HALF", "GET", "{}")]
    [InlineData("/v1/**", "HALF", "{}")]
    [InlineData("/v1/**", "GET", "{\"HALF\":{\"required\":false}}")]
    [InlineData("/v1/**", "GET", "{\"a\":\"HALF\"}")]
    public async Task Half_of_a_surrogate_pair_is_a_flaw_of_a_policy(string path, string method, string filter)
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        var query = JsonDocument.Parse(filter).RootElement;
        var claims = TestTokens.Capability(
            workspace.Sid, workspace.WorkerSid, TestTokens.Policy(method, path, query: query), Read(workspace));

        await ShouldBeRefusedAsync(workspace, TestTokens.Sign(TestTokens.Header, Halved(claims), Secret), 20154);
    }

    [Theory]
    [InlineData("HALF", "WK00000000000000000000000000000000", "worker")]
    [InlineData(null, "HALF", "worker")]
    [InlineData(null, "WK00000000000000000000000000000000", "HALF")]
    public async Task Half_of_a_surrogate_pair_is_a_flaw_of_a_grant(string? workspace, string worker, string role)
    {
        var scene = await MatrixScene.CreateAsync(_server);
        var claims = Halved(TestTokens.Access(scene.KeySid, workspace ?? scene.WorkspaceSid, worker, role));
        var token = TestTokens.Sign(TestTokens.AccessHeader, claims, scene.KeySecret);

        await ShouldBeRefusedAsync(scene.Workspace, token, 20106);
        (await _server.PostJsonAsync("/v1/wschannels", new { url = "Workspaces/x", method = "GET", token }))
            .ShouldBeError(HttpStatusCode.Unauthorized, 20106);
        using var socket = await AgentScene.ConnectAsync(_server, AgentApi.Path, token, "&clientVersion=2.1.1");
        socket.HttpStatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_token_beyond_the_bound_is_not_looked_at()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        var claims = TestTokens.Capability(workspace.Sid, workspace.WorkerSid, Read(workspace));
        string Token(int padding) => TestTokens.Sign(
            TestTokens.Header, Change(claims, "friendly_name", new string('x', padding)), Secret);
        var room = (TokenReader.LengthMax - Token(0).Length) * 3 / 4;

        Func<string, string>[] ways = [TestTokens.Bearer, token => TestServer.Basic("Token", token)];
        foreach (var wrap in ways)
        {
            (await _server.GetAsAsync(wrap(Token(room - 8)), workspace.Path)).ShouldBe(HttpStatusCode.OK);
            (await _server.GetAsAsync(wrap(Token(room + 8)), workspace.Path))
                .ShouldBeError(HttpStatusCode.Unauthorized, 20003);
        }
    }

    [Fact]
    public async Task A_policy_may_ask_for_a_parameter_and_the_handler_still_reads_the_form()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        var worker = $"{workspace.Path}/Workers/{workspace.WorkerSid}";
        var policy = TestTokens.Policy("POST", worker, form: new { ActivitySid = new { required = true } });
        var authorization = TestTokens.Bearer(TestTokens.Sign(
            TestTokens.Header, TestTokens.Capability(workspace.Sid, workspace.WorkerSid, policy), Secret));
        var offline = (await workspace.GetAsync("/Activities?FriendlyName=Offline"))
            .Items("activities").Single().GetProperty("sid").GetString()!;

        (await _server.PostAsAsync(authorization, worker, ("FriendlyName", "Eve")))
            .ShouldBeError(HttpStatusCode.Forbidden, 20403);
        var updated = await _server.PostAsAsync(authorization, worker, ("ActivitySid", offline));

        updated.ShouldBe(HttpStatusCode.OK).String("activity_sid").ShouldBe(offline);
        updated.String("friendly_name").ShouldBe("Alice");
    }

    [Fact]
    public async Task A_worker_changes_the_tasks_it_is_reserved_for_and_no_others()
    {
        var scene = await MatrixScene.CreateAsync(_server);
        var authorization = scene.Access(scene.KeySid, scene.KeySecret, scene.Self, "worker");
        var second = (await scene.Workspace.PostAsync("/Tasks")).ShouldBe(HttpStatusCode.Created).Sid;
        Task<Answer> UpdateAsync(string task) => _server.PostAsAsync(
            authorization, $"{scene.Path}/Tasks/{task}", ("Attributes", "{\"seen\":true}"));

        (await UpdateAsync(scene.Workspace.TaskSid)).ShouldBe(HttpStatusCode.OK);
        (await UpdateAsync(second)).ShouldBeError(HttpStatusCode.Forbidden, 20403);
        (await UpdateAsync("WT00000000000000000000000000000000")).ShouldBeError(HttpStatusCode.Forbidden, 20403);
        (await UpdateAsync("nothing")).ShouldBeError(HttpStatusCode.Forbidden, 20403);
        (await scene.Workspace.GetAsync($"/Tasks/{second}")).String("attributes").ShouldBe("{}");
    }

    [Fact]
    public async Task What_a_token_may_not_see_is_refused_alike_whether_it_exists_or_not()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        var foreign = await TestWorkspace.CreateAsync(_server);
        var claims = TestTokens.Capability(workspace.Sid, workspace.WorkerSid, Read(workspace));
        var authorization = TestTokens.Bearer(TestTokens.Sign(TestTokens.Header, claims, Secret));

        var texts = new List<string>();
        foreach (var path in new[] { foreign.Path, "/v1/Workspaces/WS00000000000000000000000000000000", "/nowhere" })
        {
            var answer = await _server.GetAsAsync(authorization, path);
            texts.Add(answer.ShouldBeError(HttpStatusCode.Forbidden, 20403).Text);
        }

        texts.Distinct().ShouldHaveSingleItem();
    }

    private static object Read(TestWorkspace workspace) => TestTokens.Policy("GET", $"{workspace.Path}/**");

    private static object Grant(
        string? role,
        string? worker = "WK00000000000000000000000000000000",
        string workspace = "WS00000000000000000000000000000000") =>
        new { task_router = new { workspace_sid = workspace, worker_sid = worker, role } };

    // No library writes it, but its escape is well-formed JSON.
    private static byte[] Halved(Dictionary<string, object?> claims) => Encoding.UTF8.GetBytes(
        JsonSerializer.Serialize(claims).Replace("HALF", "\\ud800", StringComparison.Ordinal));

    // Times are given from now on: test data is made once, and may wait.
    private static Dictionary<string, object?> Change(Dictionary<string, object?> claims, string claim, object? value)
    {
        var changed = new Dictionary<string, object?>(claims);
        if (value is null)
        {
            changed.Remove(claim);
        }
        else
        {
            changed[claim] = value is long seconds ? TestTokens.Now + seconds : value;
        }

        return changed;
    }

    private Task<Answer> GetAsync(TestWorkspace workspace, string token) =>
        _server.GetAsAsync(TestTokens.Bearer(token), $"{workspace.Path}/Activities");

    private async Task ShouldBeRefusedAsync(TestWorkspace workspace, string token, int code)
    {
        var answer = (await GetAsync(workspace, token)).ShouldBeError(HttpStatusCode.Unauthorized, code);

        answer.Headers.WwwAuthenticate.ToString().ShouldBe("Basic realm=\"Twilio API\"");
        answer.Text.ShouldNotContain(token.Split('.')[1]);
    }
}
