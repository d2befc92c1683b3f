using System.Net;
using Shouldly;
using Twilio.Jwt.AccessToken;
using Twilio.Jwt.Taskrouter;
using Twilio.Rest.Api.V2010.Account;
using Twilio.Rest.FlexApi.V1;
using Twilio.Rest.Taskrouter.V1;
using Twilio.Rest.Taskrouter.V1.Workspace;
using Xunit;

namespace TaskRouter.Server.Tests.Clients;

/// <summary>API keys, the tokens that the library makes, and the account's configuration for Flex.</summary>
public abstract partial class CSharpClientTests
{
    [Fact]
    public async Task A_key_signs_in_until_it_is_deleted()
    {
        var sid = await CreateWorkspaceAsync();
        var key = await NewKeyResource.CreateAsync(friendlyName: "Front end", client: _client);
        key.Sid.ShouldMatch("^SK[0-9a-f]{32}$");
        key.FriendlyName.ShouldBe("Front end");
        // The API of 2010 writes an offset, which the library turns into local time.
        ShouldBeNow(key.DateCreated?.ToUniversalTime());
        var byKey = SignIn(key.Sid, key.Secret, TestServer.Account.Sid.ToString());

        var seen = await WorkspaceResource.FetchAsync(sid, byKey);
        (seen.Sid, seen.AccountSid).ShouldBe((sid, TestServer.Account.Sid.ToString()));
        (await ActivityResource.ReadAsync(sid, pageSize: 1, client: byKey)).Count().ShouldBe(3);
        await ShouldBeRefusedAsync(() => KeyResource.ReadAsync(client: byKey), 401, 20003, "keys");

        (await KeyResource.UpdateAsync(key.Sid, friendlyName: "Back end", client: _client))
            .FriendlyName.ShouldBe("Back end");
        (await KeyResource.FetchAsync(key.Sid, client: _client)).FriendlyName.ShouldBe("Back end");
        var second = await NewKeyResource.CreateAsync(client: _client);
        (await KeyResource.ReadAsync(pageSize: 1, client: _client)).Select(one => one.Sid)
            .ShouldBe([key.Sid, second.Sid]);

        (await KeyResource.DeleteAsync(key.Sid, client: _client)).ShouldBeTrue();
        (await KeyResource.DeleteAsync(second.Sid, client: _client)).ShouldBeTrue();
        await ShouldBeRefusedAsync(() => WorkspaceResource.FetchAsync(sid, byKey), 401, 20003, ".");
        await ShouldBeRefusedAsync(() => KeyResource.FetchAsync(key.Sid, client: _client), 404, 20404, key.Sid);
    }

    [Fact]
    public async Task An_access_token_allows_what_its_role_may()
    {
        var sid = await CreateWorkspaceAsync();
        var alice = (await HireAsync(sid, "Alice")).Sid;
        var key = await NewKeyResource.CreateAsync(client: _client);
        var (self, everybody) = ($"/v1/Workspaces/{sid}/Workers/{alice}", $"/v1/Workspaces/{sid}/Workers");

        (await _server.PostAsAsync(TokenOf("worker"), self, ("FriendlyName", "Alice B.")))
            .ShouldBe(HttpStatusCode.OK).String("friendly_name").ShouldBe("Alice B.");
        (await _server.GetAsAsync(TokenOf("worker"), everybody)).ShouldBe(HttpStatusCode.Forbidden);
        (await _server.GetAsAsync(TokenOf("supervisor"), everybody)).ShouldBe(HttpStatusCode.OK);
        (await _server.GetAsAsync(TokenOf("supervisor", expired: true), everybody))
            .ShouldBeError(HttpStatusCode.Unauthorized, 20104);
        await KeyResource.DeleteAsync(key.Sid, client: _client);
        (await _server.GetAsAsync(TokenOf("supervisor"), everybody)).ShouldBeError(HttpStatusCode.Unauthorized, 20107);

        string TokenOf(string role, bool expired = false)
        {
            var grant = new TaskRouterGrant { WorkspaceSid = sid, WorkerSid = alice, Role = role };
            var token = new Token(
                TestServer.Account.Sid.ToString(),
                key.Sid,
                key.Secret,
                identity: "alice",
                expiration: DateTime.UtcNow.AddMinutes(expired ? -10 : 10),
                grants: [grant]);
            return TestTokens.Bearer(token.ToJwt());
        }
    }

    [Fact]
    public async Task A_capability_token_allows_what_its_policies_do()
    {
        var sid = await CreateWorkspaceAsync();
        var alice = (await HireAsync(sid, "Alice")).Sid;
        var (self, everybody) = ($"/v1/Workspaces/{sid}/Workers/{alice}", $"/v1/Workspaces/{sid}/Workers");
        var token = TestTokens.Bearer(new TaskRouterCapability(
            TestServer.Account.Sid.ToString(),
            TestServer.Account.AuthToken,
            sid,
            alice,
            policies:
            [
                new Policy($"https://taskrouter.twilio.com{self}", Twilio.Http.HttpMethod.Get),
                new Policy(
                    $"https://taskrouter.twilio.com{self}",
                    Twilio.Http.HttpMethod.Post,
                    postFilter: new() { ["ActivitySid"] = Policy.FilterRequirement.Required }),
            ]).ToJwt());

        (await _server.GetAsAsync(token, self)).ShouldBe(HttpStatusCode.OK).Sid.ShouldBe(alice);
        (await _server.PostAsAsync(token, self, ("ActivitySid", await UnavailableAsync(sid))))
            .ShouldBe(HttpStatusCode.OK).String("activity_name").ShouldBe("Unavailable");
        (await _server.PostAsAsync(token, self, ("FriendlyName", "Mallory"))).ShouldBe(HttpStatusCode.Forbidden);
        (await _server.GetAsAsync(token, everybody)).ShouldBe(HttpStatusCode.Forbidden);
        (await WorkerResource.FetchAsync(sid, alice, _client)).FriendlyName.ShouldBe("Alice");
    }

    [Fact]
    public async Task The_configuration_for_Flex_is_changed_and_read()
    {
        var sid = await CreateWorkspaceAsync();
        var changed = await ConfigurationResource.UpdateAsync(
            new UpdateConfigurationOptions
            {
                Body = new
                {
                    account_sid = TestServer.Account.Sid.ToString(),
                    taskrouter_workspace_sid = sid,
                    taskrouter_skills = new[] { new { name = "Sales", multivalue = false } },
                    attributes = new { kept = true },
                },
            },
            _client);
        changed.TaskrouterWorkspaceSid.ShouldBe(sid);

        var configuration = await ConfigurationResource.FetchAsync(client: _client);

        configuration.AccountSid.ShouldBe(TestServer.Account.Sid.ToString());
        configuration.TaskrouterWorkspaceSid.ShouldBe(sid);
        configuration.Status.ShouldBe(ConfigurationResource.StatusEnum.Ok);
        Json(configuration.Attributes).Value<bool>("kept").ShouldBeTrue();
        configuration.TaskrouterSkills.Select(skill => Json(skill)["name"]!.ToString()).ShouldBe(["Sales"]);
    }
}
