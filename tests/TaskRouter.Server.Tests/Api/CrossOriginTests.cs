using System.Net;
using Shouldly;
using Xunit;

namespace TaskRouter.Server.Tests.Api;

/// <summary>Pages of any origin may call, with credentials that they bring along themselves.</summary>
public sealed class CrossOriginTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly TestServer _server = fixture.Server;

    [Theory]
    [InlineData("/v1/Workspaces")]
    [InlineData("/v1/Workspaces/WS00000000000000000000000000000000/Workers")]
    [InlineData("/2010-04-01/Accounts/AC00000000000000000000000000000000/Keys.json")]
    [InlineData("/nowhere")]
    public async Task The_browsers_question_is_answered_without_credentials_and_alike_everywhere(string path)
    {
        var answer = await _server.SendAsync(HttpMethod.Options, path, authorization: null);

        answer.ShouldBe(HttpStatusCode.NoContent).Text.ShouldBeEmpty();
        answer.Headers.GetValues("Access-Control-Allow-Methods").Single()
            .Split(", ").ShouldBe(["GET", "HEAD", "POST", "DELETE", "OPTIONS"]);
        var headers = answer.Headers.GetValues("Access-Control-Allow-Headers").Single().Split(", ");
        new[] { "Authorization", "Content-Type", "If-Match" }.ShouldBeSubsetOf(headers);
        answer.Headers.GetValues("Access-Control-Max-Age").Single().ShouldBe("600");
        answer.Headers.WwwAuthenticate.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_answer_can_be_read_by_a_page()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        Answer[] answers =
        [
            await workspace.GetAsync($"/Tasks/{workspace.TaskSid}"),
            await workspace.GetAsync("/Tasks/WT0"),
            await workspace.PostAsync("/Tasks", ("Priority", "high")),
            await workspace.DeleteAsync($"/Tasks/{workspace.TaskSid}"),
            await _server.GetAsync("/nowhere"),
            await _server.SendAsync(HttpMethod.Get, "/v1/Workspaces", authorization: null),
            await _server.SendAsync(HttpMethod.Head, "/v1/Workspaces"),
            await _server.SendAsync(HttpMethod.Get, "/healthz", authorization: null),
        ];

        foreach (var answer in answers)
        {
            string Only(string name) => answer.Headers.GetValues(name).Single();
            Only("Access-Control-Allow-Origin").ShouldBe("*");
            Only("Access-Control-Allow-Credentials").ShouldBe("true");
            Only("Access-Control-Expose-Headers").Split(", ").ShouldContain("ETag");
            Only("Access-Control-Expose-Headers").Split(", ").ShouldContain("Twilio-Request-Id");
            answer.Headers.Contains("Twilio-Request-Id").ShouldBeTrue();
        }
    }

    [Fact]
    public async Task An_origin_is_never_named_so_browsers_add_no_credentials_of_their_own()
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_server.Url, "/v1/Workspaces"));
        request.Headers.Add("Origin", "https://stranger.example");

        using var response = await client.SendAsync(request);

        response.Headers.GetValues("Access-Control-Allow-Origin").Single().ShouldBe("*");
    }
}
