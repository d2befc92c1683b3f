using System.Net;
using System.Text;
using System.Text.Json;
using Shouldly;
using TaskRouter.Server.Tests.Api;
using Xunit;

namespace TaskRouter.Server.Tests.Flex;

/// <summary>Bodies that are wrong in every way that a seed comes upon: refused or stored, never a 5xx.</summary>
public sealed class ConfigurationFuzzTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const int Bodies = 1_500;
    private const int Seed = 49;

    private static readonly string[] Names =
    [
        "taskrouter_skills", "taskrouter_worker_channels", "taskrouter_worker_attributes", "attributes", "status",
        "taskrouter_workspace_sid", "taskrouter_target_workflow_sid", "serverless_service_sids", "ui_version", "url",
        "crm_enabled", "date_updated", "account_sid", "unknown", "", "a\\u0000", "\\ud83d\\ude00", "\\ud800",
        "__proto__",
    ];

    private static readonly string[] Leaves =
    [
        "null", "true", "1", "-0", "1e999", "1E-999", "99999999999999999999999", "\"\"", "\"x\"", "\"\\u0000\"",
        "\"\\udc00\"", "\"WS00000000000000000000000000000000\"", "nul", "01", "\"", "{", "]", "'a'", "\ufeff", "[]",
        "{}", "{\"name\":\"a\"}", "{\"name\":\"a\",\"minimum\":1e308}",
        "{\"agent\":[{\"name\":\"voice\",\"capacity\":1e9}]}",
    ];

    [Fact]
    public async Task No_body_is_answered_with_a_5xx_and_what_is_stored_reads_back()
    {
        var scene = await FlexScene.CreateAsync(fixture.Server);
        var random = new Random(Seed);
        var statuses = new Dictionary<HttpStatusCode, int>();
        for (var index = 0; index < Bodies; index++)
        {
            var body = Body(random);

            // Refuses every 5xx by itself.
            var answer = await fixture.Server.PostJsonAsync("/v1/Configuration", body);

            answer.Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.NotFound);
            statuses[answer.Status] = statuses.GetValueOrDefault(answer.Status) + 1;
        }

        statuses[HttpStatusCode.OK].ShouldBeGreaterThan(20);
        statuses[HttpStatusCode.BadRequest].ShouldBeGreaterThan(20);
        await scene.ConfigureAsync("\"status\":\"ok\"");
        using var read = JsonDocument.Parse((await fixture.Server.GetAsync("/v1/Configuration")).Text);
        read.RootElement.GetProperty("status").GetString().ShouldBe("ok");
    }

    [Fact]
    public async Task Depth_size_and_number_of_properties_are_bounded()
    {
        await FlexScene.CreateAsync(fixture.Server);
        var megabyte = new string('x', 1_048_576);
        var many = string.Join(",", Enumerable.Range(0, 501).Select(number => $"\"p{number}\":1"));
        var skills = string.Join(",", Enumerable.Range(0, 1_001).Select(number => $"{{\"name\":\"{number}\"}}"));
        foreach (var properties in new[]
        {
            $"\"attributes\":{Nested(64)}",
            $"\"attributes\":{Nested(100_000)}",
            $"\"attributes\":{{\"a\":\"{megabyte}\"}}",
            $"\"taskrouter_skills\":[{skills}]",
            many,
        })
        {
            (await FlexScene.PostAsync(fixture.Server, properties)).ShouldBeError(HttpStatusCode.BadRequest, 20001);
        }

        (await FlexScene.PostAsync(fixture.Server, $"\"a\":\"{megabyte}{megabyte}{megabyte}{megabyte}\""))
            .ShouldBeError(HttpStatusCode.RequestEntityTooLarge, 20413);
        (await FlexScene.PostAsync(fixture.Server, $"\"attributes\":{Nested(60)}")).ShouldBe(HttpStatusCode.OK);
    }

    private static string Nested(int depth) => new StringBuilder()
        .Insert(0, "{\"a\":", depth).Append('1').Append('}', depth).ToString();

    private static string Body(Random random)
    {
        var body = new StringBuilder($"{{\"account_sid\":\"{FlexScene.AccountSid}\"");
        for (var count = random.Next(3); count >= 0; count--)
        {
            body.Append(',').Append('"').Append(Names[random.Next(Names.Length)]).Append("\":");
            AddValue(random, body, 3);
        }

        var text = body.Append('}').ToString();
        return random.Next(8) == 0 ? text.Remove(random.Next(text.Length), 1) : text;
    }

    private static void AddValue(Random random, StringBuilder body, int depth)
    {
        switch (random.Next(depth > 0 ? 4 : 2))
        {
            case 2:
                body.Append('[');
                AddValue(random, body, depth - 1);
                body.Append(']');
                break;
            case 3:
                body.Append("{\"").Append(Names[random.Next(Names.Length)]).Append("\":");
                AddValue(random, body, depth - 1);
                body.Append('}');
                break;
            default:
                body.Append(Leaves[random.Next(Leaves.Length)]);
                break;
        }
    }
}
