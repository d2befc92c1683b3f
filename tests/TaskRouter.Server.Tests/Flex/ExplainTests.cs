using System.Net;
using System.Text.Json;
using Shouldly;
using TaskRouter.Server.Tests.Api;
using Xunit;

namespace TaskRouter.Server.Tests.Flex;

public sealed class SqliteExplainTests(ServerFixture fixture)
    : ExplainTests(fixture.Server), IClassFixture<ServerFixture>;

public sealed class PostgresExplainTests(PostgresServerFixture fixture)
    : ExplainTests(fixture.Server), IClassFixture<PostgresServerFixture>;

public abstract class ExplainTests
{
    private readonly TestServer _server;

    private protected ExplainTests(TestServer server) => _server = server;

    [Fact]
    public async Task A_task_that_waits_says_why_as_documented()
    {
        var scene = await FlexScene.CreateAsync(_server);
        var (sales, support) = (await QueueAsync(scene, "Sales"), await QueueAsync(scene, "Support"));
        var workflow = await WorkflowAsync(scene, ("Sales", sales), ("Support", support));
        var alice = await scene.WorkerAsync("""{"routing":{"skills":["Sales"],"levels":{}}}""");
        var task = await TaskAsync(scene, workflow, """{"skillsNeeded":["Support"]}""");
        var created = (await _server.GetAsync($"{scene.Path}/Tasks/{task}")).String("date_created");

        var json = (await _server.GetAsync($"/ext{scene.Path}/Tasks/{task}/Explain")).ShouldBe(HttpStatusCode.OK).Json;

        var at = json.GetProperty("at").GetString();
        var next = json.GetProperty("next_event").GetProperty("at").GetString();
        var since = (await _server.GetAsync($"{scene.Path}/Workers/{alice}")).String("date_created");
        json.GetRawText().ShouldBe(Line($$$"""
            {"account_sid":"{{{FlexScene.AccountSid}}}","workspace_sid":"{{{scene.Sid}}}","task_sid":"{{{task}}}",
            "status":"pending","workflow_sid":"{{{workflow}}}","workflow_version":1,"at":"{{{at}}}",
            "summary":"NO_MATCHING_WORKER: routing.skills lacks \"Support\" (1 of 1 workers)","reasons":[],
            "filter_count":2,"filters":[
            {"index":0,"name":"Sales","expression":"\"Sales\" IN task.skillsNeeded","result":false,
            "state":"not_matched","trace":"\"Sales\" IN [\"Support\"] → false",
            "false_clauses":[{"clause":"\"Sales\" IN task.skillsNeeded","actual":["Support"],"wanted":"Sales"}],
            "reasons":[]},
            {"index":1,"name":"Support","expression":"\"Support\" IN task.skillsNeeded","result":true,
            "state":"current","trace":null,"false_clauses":[],"reasons":[]}],
            "steps":[{"index":0,"queue_sid":"{{{support}}}","queue":"Support","state":"current",
            "entered":"{{{created}}}","until":null,"timeout":null,"expression":null,"order_by":null,"skip_if":null,
            "known_worker":null,"reasons":[],
            "summary":{"workers":1,"in_queue":0,"verdicts":{"NOT_IN_QUEUE":1},
            "text":"NO_MATCHING_WORKER: routing.skills lacks \"Support\" (1 of 1 workers)"},
            "near_misses":[{"clause":"routing.skills HAS \"Support\"","text":"1 worker misses only Support",
            "workers":1,"available":0}],
            "workers":[{"sid":"{{{alice}}}","name":"Alice","activity":"Offline","verdict":"NOT_IN_QUEUE",
            "reasons":[{"code":"QUEUE_EXPRESSION_FALSE","clause":"routing.skills HAS \"Support\"",
            "actual":["Sales"],"wanted":"Support"},
            {"code":"ACTIVITY_UNAVAILABLE","name":"Offline","since":"{{{since}}}"}],
            "would_match_if":["add skill Support"]}]}],
            "waiting_ahead":0,"next_event":{"kind":"task_timeout","at":"{{{next}}}"}}
            """));
    }

    [Fact]
    public async Task A_queue_says_who_nearly_serves_it()
    {
        var scene = await FlexScene.CreateAsync(_server);
        var queue = await QueueAsync(scene, "Support");
        await scene.WorkerAsync("""{"routing":{"skills":["Sales"]}}""");
        var bob = await scene.WorkerAsync("""{"routing":{"skills":["Support"]}}""", "Bob");
        var path = $"/ext{scene.Path}/TaskQueues/{queue}/Explain";

        var answer = (await _server.GetAsync(path)).ShouldBe(HttpStatusCode.OK);

        answer.Items("near_misses").ShouldHaveSingleItem().GetProperty("text").GetString()
            .ShouldBe("1 worker misses only Support");
        answer.Json.GetProperty("summary").GetProperty("in_queue").GetInt32().ShouldBe(1);
        answer.Items("workers").Select(worker => worker.GetProperty("verdict").GetString())
            .ShouldBe(["UNAVAILABLE", "NOT_IN_QUEUE"]);
        (await _server.GetAsync($"{path}?Limit=0")).Items("workers").ShouldBeEmpty();
        (await _server.GetAsync($"{path}?WorkerSid={bob}")).Items("workers").ShouldHaveSingleItem()
            .GetProperty("sid").GetString().ShouldBe(bob);
        (await _server.GetAsync($"{path}?Limit=201")).ShouldBeError(HttpStatusCode.BadRequest, 20001);
        (await _server.GetAsync($"{path}?Limit=x")).ShouldBeError(HttpStatusCode.BadRequest, 20001);
        (await _server.GetAsync($"{path}?WorkerSid={queue}")).ShouldBeError(HttpStatusCode.BadRequest, 20001);
    }

    [Fact]
    public async Task Changes_are_explained_at_once_and_what_is_not_there_is_not_found()
    {
        var scene = await FlexScene.CreateAsync(_server);
        var queue = await QueueAsync(scene, "Support");
        var workflow = await WorkflowAsync(scene, ("Support", queue));
        var alice = await scene.WorkerAsync("{}");
        var task = await TaskAsync(scene, workflow, """{"skillsNeeded":["Support"]}""");
        var path = $"/ext{scene.Path}/Tasks/{task}/Explain";

        // The task keeps the configuration it came with.
        (await _server.PostAsync(
            $"{scene.Path}/Workflows/{workflow}", ("Configuration", Configuration(("Other", queue)))))
            .ShouldBe(HttpStatusCode.OK);
        (await _server.GetAsync(path)).Items("filters").ShouldHaveSingleItem()
            .GetProperty("name").GetString().ShouldBe("Support");

        (await _server.PostAsync(
            $"{scene.Path}/Workers/{alice}",
            ("Attributes", """{"routing":{"skills":["Support"]}}"""),
            ("ActivitySid", await scene.SidAsync("Activities", "Available")))).ShouldBe(HttpStatusCode.OK);
        (await SummaryAsync(path)).ShouldBe("OFFERED: to Alice");
        var offer = (await _server.GetAsync($"{scene.Path}/Tasks/{task}/Reservations")).Items("reservations")[0];
        (await _server.PostAsync(
            $"{scene.Path}/Tasks/{task}/Reservations/{offer.GetProperty("sid").GetString()}",
            ("ReservationStatus", "accepted"))).ShouldBe(HttpStatusCode.OK);
        (await SummaryAsync(path)).ShouldBe("ASSIGNED: to Alice");
        (await _server.PostAsync(
            $"{scene.Path}/Tasks/{task}", ("AssignmentStatus", "completed"), ("Reason", "solved")))
            .ShouldBe(HttpStatusCode.OK);
        (await SummaryAsync(path)).ShouldBe("COMPLETED: solved");

        (await _server.DeleteAsync($"{scene.Path}/Tasks/{task}")).ShouldBe(HttpStatusCode.NoContent);
        (await _server.GetAsync(path)).ShouldBeError(HttpStatusCode.NotFound, 20404);
        (await _server.GetAsync($"/ext{scene.Path}/TaskQueues/{alice}/Explain"))
            .ShouldBeError(HttpStatusCode.NotFound, 20404);
    }

    [Fact]
    public async Task Long_expressions_and_attributes_are_cut_and_the_answer_stays_small()
    {
        var scene = await FlexScene.CreateAsync(_server);
        var expression = string.Join(" AND ", Enumerable.Range(0, 300).Select(number =>
            $"list HAS \"{number}{new string('x', 150)}\""));
        var queue = (await _server.PostAsync(
            $"{scene.Path}/TaskQueues", ("FriendlyName", "Long"), ("TargetWorkers", expression)))
            .ShouldBe(HttpStatusCode.Created).Sid;
        await scene.WorkerAsync($$"""{"list":["{{new string('y', 3_000)}}"]}""");

        var answer = (await _server.GetAsync($"/ext{scene.Path}/TaskQueues/{queue}/Explain"))
            .ShouldBe(HttpStatusCode.OK);

        var reasons = answer.Items("workers")[0].GetProperty("reasons").EnumerateArray()
            .Where(reason => reason.GetProperty("code").GetString() == "QUEUE_EXPRESSION_FALSE")
            .ToList();
        reasons.Count.ShouldBe(8);
        reasons.SelectMany(reason => reason.EnumerateObject().Select(property => property.Name))
            .ShouldNotContain("actual");
        (answer.Text.Length - expression.Length).ShouldBeLessThan(16_000);
    }

    private async Task<string> SummaryAsync(string path) =>
        (await _server.GetAsync(path)).ShouldBe(HttpStatusCode.OK).String("summary");

    private async Task<string> QueueAsync(FlexScene scene, string skill) => (await _server.PostAsync(
        $"{scene.Path}/TaskQueues", ("FriendlyName", skill), ("TargetWorkers", $"routing.skills HAS \"{skill}\"")))
        .ShouldBe(HttpStatusCode.Created).Sid;

    private async Task<string> WorkflowAsync(FlexScene scene, params (string Skill, string Queue)[] filters) =>
        (await _server.PostAsync(
            $"{scene.Path}/Workflows", ("FriendlyName", "By skill"), ("Configuration", Configuration(filters))))
            .ShouldBe(HttpStatusCode.Created).Sid;

    private static string Configuration(params (string Skill, string Queue)[] filters) => JsonSerializer.Serialize(new
    {
        task_routing = new
        {
            filters = filters.Select(filter => new
            {
                filter_friendly_name = filter.Skill,
                expression = $"\"{filter.Skill}\" IN task.skillsNeeded",
                targets = new[] { new { queue = filter.Queue } },
            }),
        },
    });

    private async Task<string> TaskAsync(FlexScene scene, string workflow, string attributes) =>
        (await _server.PostAsync($"{scene.Path}/Tasks", ("WorkflowSid", workflow), ("Attributes", attributes)))
            .ShouldBe(HttpStatusCode.Created).Sid;

    private static string Line(string text) => text.Replace("\n", "", StringComparison.Ordinal);
}
