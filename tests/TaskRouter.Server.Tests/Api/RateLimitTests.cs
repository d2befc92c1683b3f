using System.Net;
using Shouldly;
using TaskRouter.Server.Tests.Realtime;
using Xunit;

namespace TaskRouter.Server.Tests.Api;

/// <summary>https://www.twilio.com/docs/usage/rate-limits</summary>
public sealed class RateLimitTests
{
    private static readonly string Keys = $"/2010-04-01/Accounts/{TestServer.Account.Sid}/Keys.json";

    [Fact]
    public async Task Each_account_and_each_key_has_a_bucket_of_its_own()
    {
        await using var server = await TestServer.StartAsync(options => options with { RateLimitPerSecond = 4 });
        var key = await server.PostAsync(Keys);
        var authorization = TestServer.Basic(key.Sid, key.String("secret"));

        var refused = await UntilRefusedAsync(server, TestServer.Basic(TestServer.Account));

        refused.ShouldBeError(HttpStatusCode.TooManyRequests, 20429);
        refused.Headers.RetryAfter.ShouldNotBeNull().ToString().ShouldBe("1");
        Header(refused, "X-Rate-Limit-Limit").ShouldBe("4");
        Header(refused, "X-Rate-Limit-Remaining").ShouldBe("0");
        Header(refused, "X-Rate-Limit-Config").ShouldBe("PerSecond");
        var byKey = await server.GetAsAsync(authorization, "/v1/Workspaces");
        Header(byKey.ShouldBe(HttpStatusCode.OK), "X-Rate-Limit-Remaining").ShouldBe("3");
        var other = await server.GetAsAsync(TestServer.Basic(TestServer.OtherAccount), "/nowhere");
        Header(other.ShouldBe(HttpStatusCode.NotFound), "X-Rate-Limit-Remaining").ShouldBe("3");
        (await UntilRefusedAsync(server, authorization)).ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task A_token_counts_for_whoever_signed_it()
    {
        await using var server = await TestServer.StartAsync(options => options with { RateLimitPerSecond = 1 });
        var workspaceSid = (await server.PostAsync("/v1/Workspaces", ("FriendlyName", "Limited"))).Sid;
        var path = $"/v1/Workspaces/{workspaceSid}";
        var claims = TestTokens.Capability(workspaceSid, workspaceSid, TestTokens.Policy("GET", path));
        var token = TestTokens.Sign(TestTokens.Header, claims, TestServer.Account.AuthToken);

        // Between the two requests a slow machine may let a second pass. A bucket of the token's own would have filled
        // each time anew.
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await Task.Delay(1_100);
            (await server.GetAsync(path)).ShouldBe(HttpStatusCode.OK);
            if ((await server.GetAsAsync(TestTokens.Bearer(token), path)).Status == HttpStatusCode.TooManyRequests)
            {
                return;
            }
        }

        Assert.Fail("The token has a bucket of its own.");
    }

    [Fact]
    public async Task Requests_of_agents_count_for_the_key_that_signed_their_token()
    {
        await using var server = await TestServer.StartAsync(options => options with { RateLimitPerSecond = 40 });
        var scene = await AgentScene.CreateAsync(server);
        var path = $"Workers/{scene.Workspace.WorkerSid}";

        (await scene.PostAsync("GET", path, token: "none")).Headers.Contains("X-Rate-Limit-Limit").ShouldBeFalse();
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => scene.PostAsync("GET", path)));
            if (answers.FirstOrDefault(answer => answer.Status == HttpStatusCode.TooManyRequests) is { } refused)
            {
                refused.ShouldBeError(HttpStatusCode.TooManyRequests, 20429);
                refused.Headers.RetryAfter.ShouldNotBeNull().ToString().ShouldBe("1");
                (await server.GetAsync("/v1/Workspaces")).ShouldBe(HttpStatusCode.OK);
                return;
            }
        }

        Assert.Fail("Agents ask as often as they like.");
    }

    [Fact]
    public async Task An_empty_bucket_fills_again()
    {
        await using var server = await TestServer.StartAsync(options => options with { RateLimitPerSecond = 20 });
        await UntilRefusedAsync(server, TestServer.Basic(TestServer.Account));

        for (var attempt = 0; attempt < 100; attempt++)
        {
            if ((await server.GetAsync("/v1/Workspaces")).Status == HttpStatusCode.OK)
            {
                return;
            }

            await Task.Delay(20);
        }

        Assert.Fail("The bucket has stayed empty for two seconds.");
    }

    [Fact]
    public async Task Health_questions_of_browsers_and_wrong_credentials_are_not_counted()
    {
        await using var server = await TestServer.StartAsync(options => options with { RateLimitPerSecond = 1 });

        for (var time = 0; time < 10; time++)
        {
            var health = await server.SendAsync(HttpMethod.Get, "/healthz", authorization: null);
            health.ShouldBe(HttpStatusCode.OK).Headers.Contains("X-Rate-Limit-Limit").ShouldBeFalse();
            (await server.SendAsync(HttpMethod.Options, "/v1/Workspaces", authorization: null))
                .ShouldBe(HttpStatusCode.NoContent);
            (await server.GetAsAsync(TestServer.Basic("AC0", "wrong"), "/v1/Workspaces"))
                .ShouldBe(HttpStatusCode.Unauthorized);
        }

        (await server.GetAsync("/v1/Workspaces")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Without_the_setting_nothing_is_counted()
    {
        await using var server = await TestServer.StartAsync();

        (await server.GetAsync("/v1/Workspaces")).ShouldBe(HttpStatusCode.OK)
            .Headers.Contains("X-Rate-Limit-Limit").ShouldBeFalse();
    }

    private static async Task<Answer> UntilRefusedAsync(TestServer server, string authorization)
    {
        for (var request = 0; request < 500; request++)
        {
            var answer = await server.GetAsAsync(authorization, "/v1/Workspaces");
            if (answer.Status != HttpStatusCode.OK)
            {
                return answer;
            }
        }

        throw new TimeoutException("500 requests were not too many.");
    }

    private static string Header(Answer answer, string name) => answer.Headers.GetValues(name).Single();
}
