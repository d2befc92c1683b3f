using System.Net;
using Shouldly;
using Xunit;

namespace TaskRouter.Server.Tests.Api;

/// <summary>What holds for every path: slashes, methods, headers, errors.</summary>
public sealed class HttpTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly TestServer _server = fixture.Server;

    [Fact]
    public async Task A_trailing_slash_and_an_empty_query_make_no_difference()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        var plain = await workspace.GetAsync($"/Workers/{workspace.WorkerSid}");

        (await workspace.GetAsync($"/Workers/{workspace.WorkerSid}/")).Text.ShouldBe(plain.Text);
        (await workspace.GetAsync($"/Workers/{workspace.WorkerSid}?")).Text.ShouldBe(plain.Text);
        (await workspace.GetAsync("/Workers/?")).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v1")]
    [InlineData("/v1/Workspaces/WS0/Nothing")]
    [InlineData("/v2/Workspaces")]
    public async Task Unknown_paths_are_not_found(string path)
    {
        var answer = (await _server.GetAsync(path)).ShouldBeError(HttpStatusCode.NotFound, 20404);

        answer.String("message").ShouldStartWith("The requested resource ");
    }

    [Theory]
    [InlineData("PUT", "", "GET, HEAD, POST")]
    [InlineData("PATCH", "/WS00000000000000000000000000000000", "DELETE, GET, HEAD, POST")]
    [InlineData("DELETE", "", "GET, HEAD, POST")]
    [InlineData("POST", "/WS00000000000000000000000000000000/Workers/WK1/Channels", "GET, HEAD")]
    public async Task Other_methods_are_not_allowed(string method, string path, string allowed)
    {
        var answer = await _server.SendAsync(new HttpMethod(method), $"/v1/Workspaces{path}");

        answer.ShouldBeError(HttpStatusCode.MethodNotAllowed, 20004);
        answer.ContentHeaders.Allow.Order(StringComparer.Ordinal).ShouldBe(allowed.Split(", "));
    }

    [Fact]
    public async Task HEAD_answers_as_GET_without_the_body()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        var get = await workspace.GetAsync("");

        var head = await _server.SendAsync(HttpMethod.Head, workspace.Path);

        head.ShouldBe(HttpStatusCode.OK).Text.ShouldBeEmpty();
        head.ContentHeaders.ContentLength.ShouldBe(get.ContentHeaders.ContentLength);
    }

    [Fact]
    public async Task Every_answer_has_a_request_id_and_says_what_it_is()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        Answer[] answers =
        [
            await workspace.GetAsync(""),
            await workspace.GetAsync("/Tasks/WT0"),
            await _server.GetAsync("/nowhere"),
            await _server.SendAsync(HttpMethod.Put, "/v1/Workspaces"),
            await _server.SendAsync(HttpMethod.Get, "/v1/Workspaces", authorization: null),
        ];

        foreach (var answer in answers)
        {
            answer.Headers.GetValues("Twilio-Request-Id").Single().ShouldMatch("^RQ[0-9a-f]{32}$");
            answer.ContentHeaders.ContentType?.ToString().ShouldBe("application/json");
            answer.ContentHeaders.ContentLength.ShouldNotBeNull();
            answer.Headers.Server.ShouldBeEmpty();
        }

        answers.Select(answer => answer.Headers.GetValues("Twilio-Request-Id").Single()).ShouldBeUnique();
    }

    [Fact]
    public async Task A_deletion_answers_with_nothing()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);

        var answer = (await workspace.DeleteAsync($"/Tasks/{workspace.TaskSid}")).ShouldBe(HttpStatusCode.NoContent);

        answer.Text.ShouldBeEmpty();
        answer.ContentHeaders.ContentType.ShouldBeNull();
        (await workspace.GetAsync($"/Tasks/{workspace.TaskSid}")).ShouldBeError(HttpStatusCode.NotFound, 20404)
            .String("message")
            .ShouldBe($"The requested resource /Workspaces/{workspace.Sid}/Tasks/{workspace.TaskSid} was not found");
    }

    [Fact]
    public async Task A_deleted_workspace_takes_everything_with_it()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);

        (await workspace.DeleteAsync("")).ShouldBe(HttpStatusCode.NoContent);

        (await workspace.GetAsync("")).ShouldBeError(HttpStatusCode.NotFound, 20404);
        (await workspace.GetAsync("/Workers")).ShouldBeError(HttpStatusCode.NotFound, 20404);
        (await workspace.PostAsync("/Tasks")).ShouldBeError(HttpStatusCode.NotFound, 20404);
    }
}
