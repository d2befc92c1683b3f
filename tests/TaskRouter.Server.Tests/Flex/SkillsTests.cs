using System.Net;
using System.Text.Json;
using Shouldly;
using TaskRouter.Server.Tests.Api;
using Xunit;

namespace TaskRouter.Server.Tests.Flex;

public sealed class SqliteSkillsTests(ServerFixture fixture)
    : SkillsTests(fixture.Server), IClassFixture<ServerFixture>;

public sealed class PostgresSkillsTests(PostgresServerFixture fixture)
    : SkillsTests(fixture.Server), IClassFixture<PostgresServerFixture>;

public abstract class SkillsTests
{
    private const string NoneDisabled = ",\"disabled_skills\":{\"skills\":[],\"levels\":{}}}";

    private const string Definitions = """
        [{"name":"Sales","multivalue":false,"minimum":null,"maximum":null},
         {"name":"Tier","multivalue":true,"minimum":1,"maximum":5},
         {"name":"With \"quotes\"/slash","multivalue":false,"minimum":0,"maximum":0}]
        """;

    private readonly TestServer _server;

    private protected SkillsTests(TestServer server) => _server = server;

    [Fact]
    public async Task A_hundred_writers_of_different_keys_lose_nothing()
    {
        var scene = await FlexScene.CreateAsync(_server);
        var worker = await scene.WorkerAsync("""{"contact_uri":"client:alice","n":{}}""");
        var path = $"/ext{scene.Path}/Workers/{worker}/Attributes";

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(number => _server.PostJsonAsync(
            path, number % 2 == 0 ? $"{{\"k{number}\":{number}}}" : $"{{\"n\":{{\"k{number}\":{number}}}}}")));

        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
        answers.Select(answer => answer.ETag).ShouldBeUnique();
        using var attributes = JsonDocument.Parse(await scene.AttributesAsync(worker));
        var root = attributes.RootElement;
        root.GetProperty("contact_uri").GetString().ShouldBe("client:alice");
        for (var number = 0; number < 100; number++)
        {
            (number % 2 == 0 ? root : root.GetProperty("n")).GetProperty($"k{number}").GetInt32().ShouldBe(number);
        }
    }

    [Fact]
    public async Task Patches_and_skills_at_once_do_not_undo_one_another()
    {
        var definitions = string.Join(",", Enumerable.Range(0, 20).Select(number =>
            $"{{\"name\":\"s{number}\",\"multivalue\":true,\"minimum\":0,\"maximum\":20}}"));
        var scene = await FlexScene.CreateAsync(_server, $"[{definitions}]");
        var worker = await scene.WorkerAsync("{}");
        var path = $"/ext{scene.Path}/Workers/{worker}";

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(number => (number % 3) switch
        {
            0 => _server.PostJsonAsync($"{path}/Attributes", $"{{\"routing\":{{\"k{number}\":1}}}}"),
            1 => _server.PostAsync($"{path}/Skills", ("Name", $"s{number / 3}"), ("Level", $"{number / 3}")),
            _ => _server.PostAsync(
                $"/ext{scene.Path}/SkillAssignments", ("Assignments", $"Alice,s{number / 3},{number / 3}")),
        }));

        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK || answer.Status == HttpStatusCode.Created);
        using var attributes = JsonDocument.Parse(await scene.AttributesAsync(worker));
        var routing = attributes.RootElement.GetProperty("routing");
        routing.EnumerateObject().Count(property => property.Name[0] == 'k').ShouldBe(20);
        routing.GetProperty("skills").EnumerateArray().Select(skill => skill.GetString())
            .ShouldBe(Enumerable.Range(0, 20).Select(number => $"s{number}"), ignoreOrder: true);
        routing.GetProperty("levels").EnumerateObject().ShouldAllBe(level =>
            level.Name == $"s{level.Value.GetInt32()}");
    }

    [Fact]
    public async Task A_name_with_a_slash_is_not_one_with_an_escaped_slash()
    {
        var scene = await FlexScene.CreateAsync(_server, """
            [{"name":"A/B","multivalue":false,"minimum":null,"maximum":null},
             {"name":"A%2FB","multivalue":false,"minimum":null,"maximum":null}]
            """);
        var worker = await scene.WorkerAsync("{}");
        var path = $"/ext{scene.Path}/Workers/{worker}/Skills";
        foreach (var name in new[] { "A/B", "A%2FB" })
        {
            (await _server.PostAsync(path, ("Name", name))).ShouldBe(HttpStatusCode.Created);
        }

        (await _server.DeleteAsync($"{path}/A%252FB")).ShouldBe(HttpStatusCode.NoContent);

        (await scene.AttributesAsync(worker)).ShouldContain("\"skills\":[\"A/B\"]");
        (await _server.DeleteAsync($"{path}/A%2fB?x=1")).ShouldBe(HttpStatusCode.NoContent);
        (await scene.AttributesAsync(worker)).ShouldNotContain("A/B");
    }

    [Fact]
    public async Task An_update_of_nothing_changes_nothing()
    {
        var scene = await FlexScene.CreateAsync(_server, Definitions);
        var worker = await scene.WorkerAsync("{\"routing\": {\"skills\": [\"Sales\"]}}");
        var (path, before) = ($"/ext{scene.Path}/Workers/{worker}/Skills", await scene.AttributesAsync(worker));
        var version = (await _server.GetAsync(path)).ETag;

        (await _server.PostAsync($"{path}/Sales")).ShouldBe(HttpStatusCode.OK).ETag.ShouldBe(version);
        (await _server.PostAsync($"{path}/Tier")).ShouldBeError(HttpStatusCode.NotFound, 20404);
        (await _server.PostAsync($"{path}/unknown")).ShouldBeError(HttpStatusCode.NotFound, 20404);

        (await scene.AttributesAsync(worker)).ShouldBe(before);
        (await _server.GetAsync($"{scene.Path}/Events?EventType=worker.attributes.update"))
            .Items("events").ShouldBeEmpty();
    }

    [Fact]
    public async Task Attributes_as_deep_as_they_may_be_are_no_obstacle()
    {
        var scene = await FlexScene.CreateAsync(_server, Definitions);
        var worker = await scene.WorkerAsync(Deep(64));

        var answer = await _server.PostAsync($"/ext{scene.Path}/Workers/{worker}/Skills", ("Name", "Sales"));

        answer.ShouldBe(HttpStatusCode.Created).Items("skills").ShouldHaveSingleItem();
        (await _server.GetAsync($"/ext{scene.Path}/Skills")).Items("skills")[0]
            .GetProperty("workers_enabled").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_patch_is_one_change_with_a_version_and_must_be_an_object()
    {
        var scene = await FlexScene.CreateAsync(_server);
        var worker = await scene.WorkerAsync("""{"a":1, "b": {"c":2}}""");
        var path = $"/ext{scene.Path}/Workers/{worker}/Attributes";
        var seen = (await _server.GetAsync($"{scene.Path}/Workers/{worker}")).ETag;

        var patch = TestServer.Json("""{"a":null,"b":{"d":3}}""");
        patch.Headers.ContentType = new("application/merge-patch+json");
        var answer = await _server.SendAsync(HttpMethod.Post, path, patch, seen);

        answer.ShouldBe(HttpStatusCode.OK).String("attributes").ShouldBe("""{ "b": {"c":2,"d":3}}""");
        (await _server.PostJsonAsync(path, "{}", seen)).ShouldBeError(HttpStatusCode.PreconditionFailed, 20412);
        foreach (var wrong in new[] { "", "[]", "1", "null", "{", "{\"a\":\"\\ud800\"}", Deep(80) })
        {
            (await _server.PostJsonAsync(path, wrong)).ShouldBeError(HttpStatusCode.BadRequest, 20001);
        }

        (await _server.PostJsonAsync(path, $$"""{"a":"{{new string('x', 4_096)}}"}"""))
            .ShouldBeError(HttpStatusCode.BadRequest, 20001);
        (await _server.PostAsync(path, ("Attributes", "{}"))).ShouldBeError(HttpStatusCode.UnsupportedMediaType, 20001);
        (await scene.AttributesAsync(worker)).ShouldBe("""{ "b": {"c":2,"d":3}}""");
    }

    [Fact]
    public async Task Skills_are_assigned_changed_disabled_enabled_and_removed()
    {
        var scene = await FlexScene.CreateAsync(_server, Definitions);
        var worker = await scene.WorkerAsync("""{"contact_uri":"client:alice"}""");
        var skills = $"/ext{scene.Path}/Workers/{worker}/Skills";

        (await _server.PostAsync(skills, ("Name", "Sales"))).ShouldBe(HttpStatusCode.Created);
        (await _server.PostAsync(skills, ("Name", "Tier"), ("Level", "3"))).ShouldBe(HttpStatusCode.Created);
        (await scene.AttributesAsync(worker)).ShouldBe(
            """{"contact_uri":"client:alice","routing":{"skills":["Sales","Tier"],"levels":{"Tier":3}}"""
            + NoneDisabled);

        (await _server.PostAsync($"{skills}/Tier", ("Level", "4"), ("Enabled", "false"))).ShouldBe(HttpStatusCode.OK);
        (await scene.AttributesAsync(worker)).ShouldBe(
            """{"contact_uri":"client:alice","routing":{"skills":["Sales"],"levels":{}}"""
            + ",\"disabled_skills\":{\"skills\":[\"Tier\"],\"levels\":{\"Tier\":4}}}");
        var listed = (await _server.GetAsync(skills)).ShouldBe(HttpStatusCode.OK).Items("skills");
        string[] expected =
        [
            """
            {"name":"Sales","enabled":true,"level":null,"defined":true,
            "multivalue":false,"minimum":null,"maximum":null}
            """,
            """
            {"name":"Tier","enabled":false,"level":4,"defined":true,"multivalue":true,"minimum":1,"maximum":5}
            """,
        ];
        listed.Select(skill => skill.GetRawText())
            .ShouldBe(expected.Select(text => text.Replace("\n", "", StringComparison.Ordinal)));

        (await _server.PostAsync($"{skills}/Tier", ("Enabled", "true"))).ShouldBe(HttpStatusCode.OK);
        (await _server.DeleteAsync($"{skills}/Sales")).ShouldBe(HttpStatusCode.NoContent);
        (await scene.AttributesAsync(worker)).ShouldBe(
            """{"contact_uri":"client:alice","routing":{"skills":["Tier"],"levels":{"Tier":4}}""" + NoneDisabled);
    }

    [Fact]
    public async Task What_the_definition_does_not_allow_is_refused()
    {
        var scene = await FlexScene.CreateAsync(_server, Definitions);
        var worker = await scene.WorkerAsync("{}");
        var skills = $"/ext{scene.Path}/Workers/{worker}/Skills";

        foreach (var level in new[] { "0", "6", "x", "1.5" })
        {
            (await _server.PostAsync(skills, ("Name", "Tier"), ("Level", level)))
                .ShouldBeError(HttpStatusCode.BadRequest, 20001);
        }

        (await _server.PostAsync(skills, ("Name", "Tier"))).ShouldBeError(HttpStatusCode.BadRequest, 20001);
        (await _server.PostAsync(skills, ("Name", "Nobody"))).ShouldBeError(HttpStatusCode.BadRequest, 20001);
        (await _server.PostAsync(skills)).ShouldBeError(HttpStatusCode.BadRequest, 20001);
        (await _server.PostAsync($"{skills}/Sales", ("Enabled", "false")))
            .ShouldBeError(HttpStatusCode.NotFound, 20404);
        (await _server.DeleteAsync($"{skills}/Sales")).ShouldBeError(HttpStatusCode.NotFound, 20404);
        (await scene.AttributesAsync(worker)).ShouldBe("{}");
    }

    [Fact]
    public async Task A_name_may_hold_what_paths_and_expressions_give_a_meaning()
    {
        var scene = await FlexScene.CreateAsync(_server, Definitions);
        var worker = await scene.WorkerAsync("{}");
        var skills = $"/ext{scene.Path}/Workers/{worker}/Skills";
        const string name = "With \"quotes\"/slash";
        (await _server.PostAsync(skills, ("Name", name))).ShouldBe(HttpStatusCode.Created);

        var shown = (await _server.GetAsync($"/ext{scene.Path}/Skills")).Items("skills")[2];
        var queue = await _server.PostAsync(
            $"{scene.Path}/TaskQueues",
            ("FriendlyName", "Quoted"),
            ("TargetWorkers", shown.GetProperty("queue_expression").GetString()!));

        queue.ShouldBe(HttpStatusCode.Created);
        (await _server.GetAsync($"{scene.Path}/Workers?TaskQueueSid={queue.Sid}")).Items("workers")
            .ShouldHaveSingleItem().GetProperty("sid").GetString().ShouldBe(worker);
        shown.GetProperty("warnings").GetArrayLength().ShouldBe(1);
        (await _server.DeleteAsync($"{skills}/{Uri.EscapeDataString(name)}")).ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Skills_are_listed_with_their_expressions_and_where_they_are_used()
    {
        var scene = await FlexScene.CreateAsync(_server, Definitions);
        await scene.WorkerAsync("""{"routing":{"skills":["Tier","Sales"],"levels":{"Tier":2}}}""", "Alice");
        await scene.WorkerAsync("""{"disabled_skills":{"skills":["Tier"]}}""", "Bob");
        var queue = await _server.PostAsync(
            $"{scene.Path}/TaskQueues", ("FriendlyName", "Sellers"), ("TargetWorkers", "routing.skills HAS \"Sales\""));
        var workflow = await _server.PostAsync(
            $"{scene.Path}/Workflows",
            ("FriendlyName", "By skill"),
            ("Configuration", $$$"""
                {"task_routing":{"filters":[{"filter_friendly_name":"To sellers",
                "expression":"\"Sales\" IN task.skillsNeeded",
                "targets":[{"queue":"{{{queue.Sid}}}","order_by":"worker.routing.levels.Tier DESC"}]}]}}
                """));
        workflow.ShouldBe(HttpStatusCode.Created);

        var skills = (await _server.GetAsync($"/ext{scene.Path}/Skills")).ShouldBe(HttpStatusCode.OK).Items("skills");

        skills[0].GetRawText().ShouldBe($$$"""
            {"name":"Sales","multivalue":false,"minimum":null,"maximum":null,
            "queue_expression":"routing.skills HAS \"Sales\"","workflow_expression":"\"Sales\" IN task.skillsNeeded",
            "order_by":null,"workers_enabled":1,"workers_disabled":0,
            "task_queues":[{"sid":"{{{queue.Sid}}}","friendly_name":"Sellers"}],
            "filters":[{"workflow_sid":"{{{workflow.Sid}}}","workflow_friendly_name":"By skill",
            "filter_friendly_name":"To sellers"}],"warnings":[]}
            """.Replace("\n", "", StringComparison.Ordinal));
        skills[1].GetProperty("order_by").GetString().ShouldBe("worker.routing.levels.Tier DESC");
        skills[1].GetProperty("workers_enabled").GetInt32().ShouldBe(1);
        skills[1].GetProperty("workers_disabled").GetInt32().ShouldBe(1);
        skills[1].GetProperty("task_queues").GetArrayLength().ShouldBe(0);
        skills[1].GetProperty("filters").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_list_is_tried_refused_as_a_whole_or_obeyed_line_by_line()
    {
        var scene = await FlexScene.CreateAsync(_server, Definitions);
        var (alice, bob) = (await scene.WorkerAsync("{}", "Alice"), await scene.WorkerAsync("{}", "Bob, Jr."));
        const string list = "Worker,Skill,Level\r\nalice,Sales\r\nAlice, Tier ,2\n\n\"Bob, Jr.\",Tier,9\nCarol,Sales\n"
            + "Alice\nAlice,Nothing\nAlice,Tier,x\n";
        var path = $"/ext{scene.Path}/SkillAssignments";

        var tried = await _server.PostAsync(path, ("Assignments", list), ("DryRun", "true"));
        tried.ShouldBe(HttpStatusCode.Created).Items("errors").Select(error => error.GetProperty("line").GetInt32())
            .ShouldBe([5, 6, 7, 8, 9]);
        tried.Json.GetProperty("lines").GetInt32().ShouldBe(7);
        tried.Json.GetProperty("assigned").GetInt32().ShouldBe(0);
        (await _server.PostAsync(path, ("Assignments", list), ("AllOrNothing", "true")))
            .Items("errors").Count.ShouldBe(5);
        (await scene.AttributesAsync(alice)).ShouldBe("{}");

        var obeyed = await _server.PostAsync(path, ("Assignments", list));
        obeyed.Json.GetProperty("assigned").GetInt32().ShouldBe(2);
        (await scene.AttributesAsync(alice)).ShouldBe(
            """{"routing":{"skills":["Sales","Tier"],"levels":{"Tier":2}}""" + NoneDisabled);
        (await scene.AttributesAsync(bob)).ShouldBe("{}");

        var right = await _server.PostAsync(
            path, ("Assignments", "\"Bob, Jr.\",Tier,5\nAlice,Tier,5"), ("AllOrNothing", "true"));
        right.Json.GetProperty("assigned").GetInt32().ShouldBe(2);
        (await scene.AttributesAsync(bob)).ShouldContain("\"Tier\":5");
        (await _server.PostAsync(path, ("Assignments", string.Concat(Enumerable.Repeat("Alice,Sales\n", 5_001)))))
            .ShouldBeError(HttpStatusCode.BadRequest, 20001);
    }

    [Fact]
    public async Task A_new_worker_gets_what_its_roles_give()
    {
        var scene = await FlexScene.CreateAsync(_server);
        await scene.ConfigureAsync("""
            "taskrouter_worker_attributes":{
            "agent":{"region":"north","team":{"id":1}},"supervisor":{"region":"all","x":2}},
            "taskrouter_worker_channels":{"agent":[{"name":"voice","availability":true,"capacity":2},
            {"name":"chat","availability":false,"capacity":0},{"name":"gone","capacity":1}]}
            """);

        var agent = await scene.WorkerAsync("""{"roles": ["agent","supervisor"], "team":"own"}""", "Agent");
        var other = await scene.WorkerAsync("""{"roles":["admin"]}""", "Other");

        (await scene.AttributesAsync(agent))
            .ShouldBe("""{"roles": ["agent","supervisor"], "team":"own","region":"north","x":2}""");
        (await scene.AttributesAsync(other)).ShouldBe("""{"roles":["admin"]}""");
        (await ChannelsAsync(scene, agent))
            .ShouldBe(["default 1 True", "voice 2 True", "chat 0 False", "sms 1 True", "video 1 True"]);
        (await ChannelsAsync(scene, other)).ShouldAllBe(channel => channel.EndsWith("1 True"));
    }

    private async Task<IEnumerable<string>> ChannelsAsync(FlexScene scene, string worker) =>
        (await _server.GetAsync($"{scene.Path}/Workers/{worker}/Channels")).Items("channels").Select(channel =>
            $"{channel.GetProperty("task_channel_unique_name").GetString()} "
            + $"{channel.GetProperty("configured_capacity").GetInt32()} "
            + $"{channel.GetProperty("available").GetBoolean()}");

    private static string Deep(int depth) =>
        string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);
}
