using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using TaskRouter.Server.Flex;
using TaskRouter.Server.Hosting;
using TaskRouter.Server.Storage;
using TaskRouter.Server.Tests.Api;
using Xunit;

namespace TaskRouter.Server.Tests.Flex;

public sealed class SqliteConfigurationTests(ServerFixture fixture)
    : ConfigurationTests(fixture.Server), IClassFixture<ServerFixture>;

public sealed class PostgresConfigurationTests(PostgresServerFixture fixture)
    : ConfigurationTests(fixture.Server), IClassFixture<PostgresServerFixture>;

/// <summary>https://www.twilio.com/docs/flex/developer/config/flex-configuration-rest-api</summary>
public abstract class ConfigurationTests
{
    private readonly TestServer _server;

    private protected ConfigurationTests(TestServer server) => _server = server;

    [Fact]
    public async Task What_is_sent_comes_back_byte_for_byte_and_the_rest_stays()
    {
        var scene = await FlexScene.CreateAsync(_server);
        var before = await scene.ConfigureAsync("""
            "attributes": { "z" : 1.50e+2,"a":"\u00e4\/" , "a2":[ ]  },"ui_version":"~2.1.0",
            "x_unknown": [1,  {"k":null}]
            """);

        var after = await scene.ConfigureAsync("\"ui_version\":\"2.2.0\"");

        after.GetProperty("attributes").GetRawText().ShouldBe("""{ "z" : 1.50e+2,"a":"\u00e4\/" , "a2":[ ]  }""");
        after.GetProperty("x_unknown").GetRawText().ShouldBe("""[1,  {"k":null}]""");
        after.GetProperty("ui_version").GetString().ShouldBe("2.2.0");
        before.GetProperty("ui_version").GetString().ShouldBe("~2.1.0");
        foreach (var path in new[] { "", "/", "?UiVersion=undefined", "/?UiVersion=2.0.0" })
        {
            var fetched = (await _server.GetAsync("/v1/Configuration" + path)).ShouldBe(HttpStatusCode.OK).Json;
            fetched.GetRawText().ShouldBe(after.GetRawText());
        }
    }

    [Fact]
    public async Task A_property_that_is_sent_replaces_its_old_value_whole()
    {
        var scene = await FlexScene.CreateAsync(_server);
        await scene.ConfigureAsync("\"ui_attributes\":{\"a\":1,\"b\":2},\"channel_configs\":[1]");

        var after = await scene.ConfigureAsync("\"ui_attributes\":{\"c\":3},\"channel_configs\":null");

        after.GetProperty("ui_attributes").GetRawText().ShouldBe("{\"c\":3}");
        after.GetProperty("channel_configs").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Every_documented_property_makes_the_round_trip()
    {
        var scene = await FlexScene.CreateAsync(_server);
        var everything = await EveryPropertyAsync(scene);
        everything.Keys.Count(name => !name.StartsWith("x_", StringComparison.Ordinal))
            .ShouldBe(49 - 4, "all but account_sid, date_created, date_updated and url");

        var answer = await scene.ConfigureAsync(
            string.Join(",", everything.Select(pair => $"\"{pair.Key}\":{pair.Value}")));

        var fetched = (await _server.GetAsync("/v1/Configuration")).Json;
        fetched.EnumerateObject().Count(property => !property.Name.StartsWith("x_", StringComparison.Ordinal))
            .ShouldBe(49);
        foreach (var (name, value) in everything)
        {
            answer.GetProperty(name).GetRawText().ShouldBe(value, name);
            fetched.GetProperty(name).GetRawText().ShouldBe(value, name);
        }
    }

    [Fact]
    public async Task What_was_read_can_be_written_back_as_it_is()
    {
        await FlexScene.CreateAsync(_server);
        var read = await _server.GetAsync("/v1/Configuration");

        var written = await _server.PostJsonAsync("/v1/Configuration", read.Text, read.ETag);

        var (old, now) = (read.Json, written.ShouldBe(HttpStatusCode.OK).Json);
        foreach (var property in old.EnumerateObject().Where(property => property.Name != "date_updated"))
        {
            now.GetProperty(property.Name).GetRawText().ShouldBe(property.Value.GetRawText(), property.Name);
        }

        now.GetProperty("date_updated").GetDateTime()
            .ShouldBeGreaterThanOrEqualTo(old.GetProperty("date_updated").GetDateTime());
        written.ETag.ShouldNotBe(read.ETag);
    }

    [Fact]
    public async Task A_version_that_is_no_longer_the_newest_is_refused()
    {
        var scene = await FlexScene.CreateAsync(_server);
        var seen = (await _server.GetAsync("/v1/Configuration")).ETag;
        await scene.ConfigureAsync("\"ui_language\":\"de\"");

        (await FlexScene.PostAsync(_server, "\"ui_language\":\"fr\"", seen))
            .ShouldBeError(HttpStatusCode.PreconditionFailed, 20412);

        (await _server.GetAsync("/v1/Configuration")).String("ui_language").ShouldBe("de");
    }

    [Fact]
    public async Task Simultaneous_writers_of_different_properties_lose_nothing()
    {
        var scene = await FlexScene.CreateAsync(_server);

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(number =>
            FlexScene.PostAsync(_server, $"\"x_w{number}\":{number}")));

        answers.Select(answer => answer.ShouldBe(HttpStatusCode.OK).ETag).ShouldBeUnique();
        var after = await scene.ConfigureAsync("\"status\":\"ok\"");
        foreach (var number in Enumerable.Range(0, 30))
        {
            after.GetProperty($"x_w{number}").GetInt32().ShouldBe(number);
        }
    }

    [Fact]
    public async Task What_was_acknowledged_is_on_disk()
    {
        var scene = await FlexScene.CreateAsync(_server);
        await scene.ConfigureAsync("\"ui_attributes\":{ \"a\" :1.0}, \"x_kept\":\"\\u00e4\"");
        using var anew = new FlexConfigurations(
            _server.Services.GetRequiredService<Database>(),
            _server.Services.GetRequiredService<WorkspaceDirectory>(),
            TimeProvider.System);

        var read = (await anew.FindAsync(TestServer.Account.Sid)).ShouldNotBeNull();

        var known = await _server.Services.GetRequiredService<FlexConfigurations>().GetAsync(TestServer.Account.Sid);
        read.Row.Properties.ShouldBe(known.Row.Properties);
        read.Row.Properties.ShouldContain("{ \"a\" :1.0}");
        read.Row.Properties.ShouldContain("\"\\u00e4\"");
        read.Row.Version.ShouldBe(known.Row.Version);
    }

    [Fact]
    public async Task It_is_about_one_workspace_and_names_what_is_there()
    {
        var scene = await FlexScene.CreateAsync(_server);
        var other = await FlexScene.CreateAsync(_server);
        var workflow = await scene.SidAsync("Workflows", "Assign to Anyone");
        var configuration = await scene.ConfigureAsync($"\"taskrouter_workspace_sid\":\"{scene.Sid}\"");

        configuration.GetProperty("taskrouter_workspace_sid").GetString().ShouldBe(scene.Sid);
        configuration.GetProperty("taskrouter_target_workflow_sid").GetString().ShouldBe(workflow);
        configuration.GetProperty("taskrouter_target_taskqueue_sid").GetString()
            .ShouldBe(await scene.SidAsync("TaskQueues", "Everyone"));
        configuration.GetProperty("taskrouter_offline_activity_sid").GetString()
            .ShouldBe(await scene.SidAsync("Activities", "Offline"));
        foreach (var wrong in new[]
        {
            $"\"taskrouter_target_workflow_sid\":\"{await other.SidAsync("Workflows", "Assign to Anyone")}\"",
            $"\"taskrouter_target_taskqueue_sid\":\"{await other.SidAsync("TaskQueues", "Everyone")}\"",
            $"\"taskrouter_offline_activity_sid\":\"{await other.SidAsync("Activities", "Offline")}\"",
            $"\"taskrouter_workspace_sid\":\"WS{new string('0', 32)}\"",
            $"\"taskrouter_workspace_sid\":\"{other.Sid}\",\"taskrouter_target_workflow_sid\":\"{workflow}\"",
        })
        {
            (await FlexScene.PostAsync(_server, wrong)).ShouldBeError(HttpStatusCode.BadRequest, 20001)
                .String("message").ShouldContain("does not exist");
        }
    }

    [Fact]
    public async Task What_it_names_may_be_deleted()
    {
        var scene = await FlexScene.CreateAsync(_server);
        var activity = (await _server.PostAsync($"{scene.Path}/Activities", ("FriendlyName", "Away"))).Sid;
        await scene.ConfigureAsync($"\"taskrouter_offline_activity_sid\":\"{activity}\"");

        (await _server.DeleteAsync($"{scene.Path}/Activities/{activity}")).ShouldBe(HttpStatusCode.NoContent);

        (await scene.ConfigureAsync("\"ui_language\":\"en\""))
            .GetProperty("taskrouter_offline_activity_sid").GetString()
            .ShouldBe(await scene.SidAsync("Activities", "Offline"));
        (await _server.DeleteAsync(scene.Path)).ShouldBe(HttpStatusCode.NoContent);
        (await _server.GetAsync("/v1/Configuration")).ShouldBe(HttpStatusCode.OK).Text.ShouldNotContain(scene.Sid);
    }

    [Fact]
    public async Task Public_attributes_are_read_without_credentials_and_nothing_else_is()
    {
        var scene = await FlexScene.CreateAsync(_server);
        await scene.ConfigureAsync("""
            "public_attributes":{"theme":"dark"},"runtime_domain":"https://flex.example.com","attributes":{"secret":1}
            """);

        var answer = await _server.SendAsync(
            HttpMethod.Get, $"/v1/Configuration/Public?AccountSid={FlexScene.AccountSid}", authorization: null);

        var item = answer.ShouldBe(HttpStatusCode.OK).Items("configurations").ShouldHaveSingleItem();
        item.EnumerateObject().Select(property => property.Name)
            .ShouldBe(["account_sid", "runtime_domain", "public_attributes", "url"]);
        item.GetProperty("public_attributes").GetRawText().ShouldBe("""{"theme":"dark"}""");
        answer.Json.GetProperty("meta").GetProperty("key").GetString().ShouldBe("configurations");
        (await _server.SendAsync(
            HttpMethod.Get, $"/v1/Configuration/Public?AccountSid=AC{new string('0', 32)}", authorization: null))
            .ShouldBe(HttpStatusCode.OK).Items("configurations").ShouldBeEmpty();
        (await _server.SendAsync(HttpMethod.Get, "/v1/Configuration/Public", authorization: null))
            .ShouldBeError(HttpStatusCode.BadRequest, 20001);
        (await _server.SendAsync(HttpMethod.Get, "/v1/Configuration", authorization: null))
            .ShouldBeError(HttpStatusCode.Unauthorized, 20003);
    }

    [Fact]
    public async Task Each_account_has_its_own()
    {
        var scene = await FlexScene.CreateAsync(_server);
        await scene.ConfigureAsync("\"ui_language\":\"it\"");

        var other = await _server.GetAsAsync(TestServer.Basic(TestServer.OtherAccount), "/v1/Configuration");

        other.ShouldBe(HttpStatusCode.OK).String("account_sid").ShouldBe(TestServer.OtherAccount.Sid.ToString());
        other.Json.GetProperty("ui_language").ValueKind.ShouldBe(JsonValueKind.Null);
        var body = $$"""{"account_sid":"{{TestServer.OtherAccount.Sid}}","ui_language":"es"}""";
        (await _server.PostJsonAsync("/v1/Configuration", body)).ShouldBeError(HttpStatusCode.NotFound, 20404);
    }

    [Theory]
    [InlineData("\"attributes\":[]", "attributes")]
    [InlineData("\"ui_version\":1", "ui_version")]
    [InlineData("\"crm_enabled\":\"true\"", "crm_enabled")]
    [InlineData("\"integrations\":{}", "integrations")]
    [InlineData("\"status\":null", "status")]
    [InlineData("\"status\":\"fine\"", "status")]
    [InlineData("\"messaging_service_instance_sid\":\"MG1\"", "messaging_service_instance_sid")]
    [InlineData("\"serverless_service_sids\":[\"ZS1\"]", "serverless_service_sids")]
    [InlineData("\"taskrouter_workspace_sid\":\"WK00000000000000000000000000000000\"", "taskrouter_workspace_sid")]
    [InlineData("\"taskrouter_worker_channels\":{\"agent\":[{\"capacity\":-1,\"name\":\"a\"}]}", "capacity")]
    [InlineData("\"taskrouter_worker_attributes\":{\"agent\":[]}", "agent")]
    [InlineData("\"taskrouter_skills\":{}", "taskrouter_skills")]
    [InlineData("\"taskrouter_skills\":[\"Sales\"]", "taskrouter_skills[0]")]
    [InlineData("\"taskrouter_skills\":[{\"multivalue\":false}]", "taskrouter_skills[0].name")]
    [InlineData("\"taskrouter_skills\":[{\"name\":\" \"}]", "taskrouter_skills[0].name")]
    [InlineData("\"taskrouter_skills\":[{\"name\":\"a\"},{\"name\":\"a\"}]", "'a' is there twice")]
    [InlineData("\"taskrouter_skills\":[{\"name\":\"a\",\"minimum\":2,\"maximum\":1}]", "above the maximum")]
    [InlineData("\"taskrouter_skills\":[{\"name\":\"a\",\"minimum\":\"1\"}]", "taskrouter_skills[0].minimum")]
    [InlineData("\"taskrouter_skills\":[{\"name\":\"a\",\"multivalue\":1}]", "taskrouter_skills[0].multivalue")]
    public async Task Wrong_types_are_refused_by_name_and_change_nothing(string properties, string named)
    {
        await FlexScene.CreateAsync(_server);
        var before = await _server.GetAsync("/v1/Configuration");

        (await FlexScene.PostAsync(_server, $"\"ui_language\":\"xx\",{properties}"))
            .ShouldBeError(HttpStatusCode.BadRequest, 20001).String("message").ShouldContain(named);

        (await _server.GetAsync("/v1/Configuration")).Text.ShouldBe(before.Text);
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("{}", 400)]
    [InlineData("[]", 400)]
    [InlineData("null", 400)]
    [InlineData("{\"account_sid\":\"AC0123456789abcdef0123456789abcdef\"", 400)]
    [InlineData("{\"account_sid\":\"AC0123456789abcdef0123456789abcdef\"} x", 400)]
    [InlineData("{\"account_sid\":\"AC0123456789abcdef0123456789abcdef\",\"a\":\"\\ud800\"}", 400)]
    [InlineData("{\"account_sid\":\"AC0123456789abcdef0123456789abcdef\",\"\\ud800\":1}", 400)]
    [InlineData("{\"account_sid\":\"AC0123456789abcdef0123456789abcdef\",\"a\":\"\u00ff\"}", 400)]
    public async Task What_is_no_JSON_object_of_the_account_is_refused(string body, int status) =>
        ((int)(await _server.PostRawAsync("/v1/Configuration", body, "application/json")).Status).ShouldBe(status);

    [Fact]
    public async Task A_form_is_refused() =>
        (await _server.PostAsync("/v1/Configuration", ("account_sid", FlexScene.AccountSid)))
            .ShouldBeError(HttpStatusCode.UnsupportedMediaType, 20001);

    private static async Task<Dictionary<string, string>> EveryPropertyAsync(FlexScene scene)
    {
        var sids = new Dictionary<string, string>
        {
            ["taskrouter_workspace_sid"] = scene.Sid,
            ["taskrouter_target_workflow_sid"] = await scene.SidAsync("Workflows", "Assign to Anyone"),
            ["taskrouter_target_taskqueue_sid"] = await scene.SidAsync("TaskQueues", "Everyone"),
            ["taskrouter_offline_activity_sid"] = await scene.SidAsync("Activities", "Break"),
        };
        var everything = Repository.Files("tests/TaskRouter.Server.Tests/Flex")
            .Single(file => file.Name == "configuration.tsv").Lines
            .Where(line => line.Length > 0)
            .Select(line => line.Split('\t'))
            .ToDictionary(cells => cells[0], cells => cells[1]);
        foreach (var (name, sid) in sids)
        {
            everything[name] = $"\"{sid}\"";
        }

        return everything;
    }
}
