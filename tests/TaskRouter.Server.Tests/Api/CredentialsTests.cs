using System.Net;
using Shouldly;
using Xunit;

namespace TaskRouter.Server.Tests.Api;

public sealed class CredentialsTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly string User = TestServer.Account.Sid.ToString();
    private static readonly string Token = TestServer.Account.AuthToken;

    public static TheoryData<string?> WrongCredentials => new(
        null,
        "Basic",
        "Basic !!!",
        "Bearer " + Token,
        "Basic " + new string('A', 5_000),
        TestServer.Basic(User, ""),
        TestServer.Basic(User, Token + "x"),
        TestServer.Basic(User, Token[..^1]),
        TestServer.Basic(User, Token.ToUpperInvariant()),
        TestServer.Basic("ACffffffffffffffffffffffffffffffff", Token),
        TestServer.Basic("", Token),
        TestServer.Basic(Token, User));

    [Theory]
    [MemberData(nameof(WrongCredentials))]
    public async Task Wrong_credentials_are_challenged(string? authorization)
    {
        foreach (var path in new[] { "/v1/Workspaces", "/nothing/here" })
        {
            var answer = await fixture.Server.SendAsync(HttpMethod.Get, path, authorization: authorization);

            answer.ShouldBeError(HttpStatusCode.Unauthorized, 20003);
            answer.Headers.WwwAuthenticate.ToString().ShouldBe("Basic realm=\"Twilio API\"");
        }
    }

    [Fact]
    public async Task Without_credentials_nothing_happens_and_the_connection_stays_usable()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);

        var refused = await fixture.Server.SendAsync(
            HttpMethod.Post,
            $"{workspace.Path}/Activities",
            new FormUrlEncodedContent([KeyValuePair.Create("FriendlyName", "Sneaked in")]),
            authorization: null);

        refused.ShouldBeError(HttpStatusCode.Unauthorized, 20003);
        refused.Headers.ConnectionClose.ShouldNotBe(true);
        (await workspace.GetAsync("/Activities?FriendlyName=Sneaked+in")).Items("activities").ShouldBeEmpty();
    }

    [Fact]
    public async Task The_scheme_may_be_written_in_any_case()
    {
        var authorization = TestServer.Basic(User, Token).Replace("Basic", "basic", StringComparison.Ordinal);

        (await fixture.Server.SendAsync(HttpMethod.Get, "/v1/Workspaces", authorization: authorization))
            .ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/healthz", "{\"status\":\"up\"}")]
    [InlineData("/readyz", "{\"status\":\"ready\"}")]
    public async Task Health_is_open_to_all(string path, string expected) =>
        (await fixture.Server.SendAsync(HttpMethod.Get, path, authorization: null))
            .ShouldBe(HttpStatusCode.OK).Text.ShouldBe(expected);
}
