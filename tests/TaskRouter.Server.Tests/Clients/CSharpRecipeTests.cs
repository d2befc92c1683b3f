using System.Net;
using Shouldly;
using TaskRouter.Server.Tests.Api;
using Twilio;
using Twilio.Clients;
using Twilio.Rest.Taskrouter.V1;
using Xunit;

namespace TaskRouter.Server.Tests.Clients;

/// <summary>The recipe for C# in docs/clients.md.</summary>
public sealed class CSharpRecipeTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    // The library goes through the machine's proxy, which knows nothing of this server.
    static CSharpRecipeTests() => HttpClient.DefaultProxy = new WebProxy();

    [Fact]
    public async Task It_leads_the_whole_program_to_the_server()
    {
        var (accountSid, authToken) = (TestServer.Account.Sid.ToString(), TestServer.Account.AuthToken);
        var server = fixture.Server.Url;
        try
        {
            var toServer = new ToServer(server, "taskrouter.twilio.com");
            var http = new Twilio.Http.SystemNetHttpClient(new HttpClient(toServer));
            TwilioClient.SetRestClient(new TwilioRestClient(accountSid, authToken, httpClient: http));

            var workspace = await WorkspaceResource.CreateAsync(friendlyName: "Support", template: "FIFO");

            var answer = await fixture.Server.GetAsync($"/v1/Workspaces/{workspace.Sid}");
            answer.String("friendly_name").ShouldBe("Support");
            answer.String("account_sid").ShouldBe(workspace.AccountSid);
        }
        finally
        {
            TwilioClient.Invalidate();
        }
    }

    /// <summary>Where nobody listens, nobody answers.</summary>
    [Fact]
    public async Task It_leaves_other_hosts_alone()
    {
        using var client = new HttpClient(new ToServer(fixture.Server.Url, "taskrouter.twilio.com"));

        await Should.ThrowAsync<HttpRequestException>(client.GetAsync(new Uri("http://127.0.0.1:1/healthz")));
        (await client.GetAsync(new Uri("https://taskrouter.twilio.com/healthz"))).EnsureSuccessStatusCode();
    }

    [Fact]
    public void It_is_documented_as_it_is_run_here()
    {
        var code = Repository.Files("tests/TaskRouter.Server.Tests/Clients")
            .Where(file => file.Name is "ToServer.cs" or "CSharpRecipeTests.cs")
            .SelectMany(file => file.Lines)
            .Select(line => line.Trim().Replace("internal sealed", "sealed", StringComparison.Ordinal))
            .ToHashSet();
        var document = Repository.Documents.Single(file => file.Path == "docs/clients.md").Text;
        var recipe = document.Split("```csharp\n")[1].Split("\n```")[0].Split('\n').Select(line => line.Trim());

        recipe.Where(line => !code.Contains(line)).ShouldBe(["var server = new Uri(\"http://127.0.0.1:8080\");"]);
    }
}
