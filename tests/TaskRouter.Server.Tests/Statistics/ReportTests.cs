using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Statistics;
using TaskRouter.Server.Storage;
using TaskRouter.Server.Tests.Callbacks;
using Xunit;

namespace TaskRouter.Server.Tests.Statistics;

/// <summary>Reports: every figure against a recount of the event log, and how they are sent.</summary>
public sealed class ReportTests
{
    private const int Rounds = 2;
    private const int StepsInRound = 450;
    private const int Questions = 24;
    private const int ManyRows = 60_000;

    private static readonly string[] Groups = ["none", "queue", "worker", "channel"];

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public Task Reports_agree_with_the_event_log_on_SQLite(int seed) => RecountAsync(seed, postgres: null);

    [Theory]
    [InlineData(13)]
    public async Task Reports_agree_with_the_event_log_on_Postgres(int seed)
    {
        await using var postgres = await TestPostgres.CreateAsync();
        await RecountAsync(seed, postgres);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_has_not_changed_since_a_report_begins_does_the_same_all_the_time(bool onPostgres)
    {
        await using var postgres = onPostgres ? await TestPostgres.CreateAsync() : null;
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(postgres, options => options, time);
        var path = $"/v1/Workspaces/{(await server.PostAsync(
            "/v1/Workspaces", ("FriendlyName", "Reports"), ("Template", "FIFO"))).Sid}";
        var available = (await server.GetAsync($"{path}/Activities?Available=true")).Items("activities")[0];
        await server.PostAsync($"{path}/Workers", ("FriendlyName", "Away"));
        foreach (var name in new[] { "At work", "Idle" })
        {
            await server.PostAsync(
                $"{path}/Workers",
                ("FriendlyName", name), ("ActivitySid", available.GetProperty("sid").GetString()!));
        }

        var task = $"{path}/Tasks/{(await server.PostAsync($"{path}/Tasks", ("Attributes", "{}"))).Sid}";
        var offer = (await server.GetAsync($"{task}/Reservations")).Items("reservations")[0].GetProperty("sid");
        await server.PostAsync($"{task}/Reservations/{offer.GetString()}", ("ReservationStatus", "accepted"));
        time.Advance(TimeSpan.FromHours(1));
        var start = time.GetUtcNow().AddMinutes(-30).UtcDateTime;
        var report = $"/ext{path}/Reports?StartDate={start:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}";

        Times(await server.GetAsync(report)).ShouldBe([(1800, 1800, 0.5)]);
        Times(await server.GetAsync($"{report}&GroupBy=worker")).ShouldBe(
            [(1800, 0, 1), (0, 1800, 0)], ignoreOrder: true);
        await server.PostAsync(task, ("AssignmentStatus", "completed"));
        (await server.GetAsync(report)).Items("rows")[0].GetProperty("average_handle_time").GetInt32().ShouldBe(3600);

        static IEnumerable<(int, int, double)> Times(Answer answer) => answer.Items("rows").Select(row => (
            row.GetProperty("handling_time").GetInt32(),
            row.GetProperty("available_time").GetInt32(),
            row.GetProperty("occupancy").GetDouble()));
    }

    [Theory]
    [InlineData("Interval=0", "Interval: must be from 1 to 1440")]
    [InlineData("Interval=1441", "Interval: must be from 1 to 1440")]
    [InlineData("Interval=hour", "Interval: must be an integer")]
    [InlineData("GroupBy=task", "GroupBy: 'task' is not one of none, queue, worker, channel")]
    [InlineData("Format=xml", "Format: 'xml' is not one of json, csv")]
    [InlineData("ServiceLevelThreshold=-1", "ServiceLevelThreshold: must be from 0 to 86400")]
    [InlineData("StartDate=2026-01-02&EndDate=2026-01-01", "StartDate: must not be older")]
    [InlineData("EndDate=2020-01-01", "EndDate: must not be older")]
    [InlineData("StartDate=2099-01-02", "StartDate: must be before EndDate and now")]
    public async Task A_report_that_makes_no_sense_is_refused(string query, string why)
    {
        await using var server = await TestServer.StartAsync();
        var workspace = await server.PostAsync("/v1/Workspaces", ("FriendlyName", "Reports"));

        var answer = await server.GetAsync($"/ext/v1/Workspaces/{workspace.Sid}/Reports?{query}");

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.String("message").ShouldStartWith($"Invalid {why}");
    }

    [Fact]
    public async Task A_report_of_too_many_rows_is_refused_before_it_begins()
    {
        await using var server = await TestServer.StartAsync();
        var workspace = await server.PostAsync("/v1/Workspaces", ("FriendlyName", "Reports"));
        for (var queue = 0; queue < 24; queue++)
        {
            (await server.PostAsync($"/v1/Workspaces/{workspace.Sid}/TaskQueues", ("FriendlyName", $"Queue {queue}")))
                .ShouldBe(HttpStatusCode.Created);
        }

        var start = DateTime.UtcNow.AddDays(-29).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var path = $"/ext/v1/Workspaces/{workspace.Sid}/Reports?StartDate={start}&GroupBy=queue";

        (await server.GetAsync($"{path}&Interval=1")).ShouldBeError(HttpStatusCode.BadRequest, 20001)
            .String("message").ShouldContain("1000000");
        (await server.GetAsync($"{path}&Interval=2")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Accept_chooses_the_format_unless_Format_does()
    {
        await using var server = await TestServer.StartAsync();
        var workspace = await server.PostAsync("/v1/Workspaces", ("FriendlyName", "Reports"));
        using var client = ClientOf(server);
        client.DefaultRequestHeaders.Accept.ParseAdd("text/csv, application/json;q=0.5");
        var path = $"/ext/v1/Workspaces/{workspace.Sid}/Reports";

        (await client.GetStringAsync(path)).ShouldStartWith("start_time,end_time,offered,");
        (await client.GetStringAsync($"{path}?Format=json")).ShouldStartWith("{\"account_sid\"");
    }

    [Fact]
    public async Task A_name_that_a_spreadsheet_would_take_for_a_formula_stays_a_name()
    {
        await using var server = await TestServer.StartAsync();
        var workspace = (await server.PostAsync("/v1/Workspaces", ("FriendlyName", "Reports"))).Sid;
        var queue = await server.PostAsync(
            $"/v1/Workspaces/{workspace}/TaskQueues", ("FriendlyName", "=1+1, \"two\""));
        await AddFactsAsync(server, [FactOf(workspace, queue.Sid, 1, DateTimeOffset.UtcNow.AddHours(-1))]);

        using var client = ClientOf(server);
        var csv = await client.GetStringAsync($"/ext/v1/Workspaces/{workspace}/Reports?GroupBy=queue&Format=csv");

        csv.Split("\r\n")[1].ShouldContain($"{queue.Sid},\"'=1+1, \"\"two\"\"\",1,0,0,0,0,,,0,0,,,,");
    }

    [Fact]
    public async Task A_report_of_many_rows_is_sent_as_fast_as_it_is_read_and_no_faster()
    {
        await using var server = await TestServer.StartAsync();
        var workspace = (await server.PostAsync("/v1/Workspaces", ("FriendlyName", "Reports"))).Sid;
        var start = DateTimeOffset.UtcNow.AddDays(-20);
        await AddFactsAsync(server, Enumerable.Range(0, ManyRows).Select(index =>
            FactOf(workspace, $"WQ{index % 40:x32}", index, start.AddMinutes(index / 4).AddSeconds(1))));
        using var client = ClientOf(server);
        var path = $"/ext/v1/Workspaces/{workspace}/Reports";
        var many = $"{path}?GroupBy=queue&Interval=1&StartDate={start.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}";
        var held = new List<HttpResponseMessage>();
        for (var report = 0; report < 4; report++)
        {
            held.Add(await client.GetAsync(many, HttpCompletionOption.ResponseHeadersRead));
        }

        // Nobody reads these, so none of them ends; what a server has made as a whole it would be rid of by now.
        var next = client.GetStringAsync(path);
        await Task.Delay(TimeSpan.FromSeconds(2));
        next.IsCompleted.ShouldBeFalse();

        held[0].Headers.TransferEncodingChunked.ShouldBe(true);
        using var whole = JsonDocument.Parse(await held[0].Content.ReadAsStreamAsync());
        whole.RootElement.GetProperty("rows").GetArrayLength().ShouldBe(ManyRows);
        (await next).ShouldStartWith("{\"account_sid\"");
        held.ForEach(answer => answer.Dispose());
    }

    private static async Task RecountAsync(int seed, TestPostgres? postgres)
    {
        var directory = Directory.CreateTempSubdirectory("taskrouter-reports-").FullName;
        var (random, time) = (new Random(seed), new ManualTime());
        var traffic = new Traffic(random, time);
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                // What was accepted before a restart is completed after it.
                await using var server = await TestServer.StartAsync(
                    postgres: null,
                    options => options with
                    {
                        DataDirectory = directory,
                        PostgresConnectionString = postgres?.ConnectionString,
                    },
                    time);
                if (round == 0)
                {
                    await traffic.StartAsync(server);
                }

                traffic.GoOn(server);
                for (var step = 0; step < StepsInRound; step++)
                {
                    await traffic.StepAsync();
                }

                await traffic.SettleAsync();
                if (round < Rounds - 1)
                {
                    await EarlierFacts.SplitAsync(server, traffic.WorkspaceSid);
                }
                else
                {
                    await CompareAsync(server, traffic, time, random);
                }
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task CompareAsync(TestServer server, Traffic traffic, ManualTime time, Random random)
    {
        var events = await RecountTests.ReadEventsAsync(server, $"/v1/Workspaces/{traffic.WorkspaceSid}");
        var occupancy = new OccupancyRecounter(events);
        var recounter = new ReportRecounter(new Recounter(events, time.GetUtcNow()).Happenings, occupancy);
        var times = events.ConvertAll(happened => happened.GetProperty("event_date_ms").GetInt64());
        var channels = traffic.View.TaskChannels.InOrder.After(null).ToList();
        using var client = ClientOf(server);
        for (var question = 0; question < Questions; question++)
        {
            // Everything by each group first, then anything.
            var isFirst = question < Groups.Length;
            var channel = isFirst || random.Next(2) == 0 ? null : channels[random.Next(channels.Count)];
            var window = isFirst ? WindowQuery.Whole(times[0], times[^1]) : WindowQuery.Dates(random, times);
            var asked = new ReportRecounter.Question(
                window.Window,
                Minutes: random.Next(3) switch { 0 => random.Next(1, 20), 1 => 60, _ => random.Next(20, 1441) },
                Groups[question % Groups.Length],
                Threshold: random.Next(0, 300),
                channel?.Sid.ToString());
            var path = $"/ext/v1/Workspaces/{traffic.WorkspaceSid}/Reports?{window.Text}&Interval={asked.Minutes}"
                + $"&GroupBy={asked.GroupBy}&ServiceLevelThreshold={asked.Threshold}&TaskChannel={channel?.UniqueName}";
            var csv = await client.GetStringAsync($"{path}&Format=csv");
            Compare(await server.GetAsync(path), csv, recounter.Rows(asked));
        }

        // Traffic that leaves something out proves nothing of it.
        recounter.NeverSeen.ShouldBeEmpty();
        occupancy.HasTwoAtOnce.ShouldBeTrue();
    }

    private static void Compare(Answer json, string csv, List<JsonObject> recounted)
    {
        var rows = json.ShouldBe(HttpStatusCode.OK).Items("rows");
        rows.Count.ShouldBe(recounted.Count);
        var lines = csv.TrimEnd().Split("\r\n");
        var columns = lines[0].Split(',');
        lines.Length.ShouldBe(rows.Count + 1);
        for (var index = 0; index < rows.Count; index++)
        {
            var row = JsonNode.Parse(rows[index].GetRawText())!.AsObject();
            row.Select(pair => pair.Key).ShouldBe(columns);
            row.Select(pair => pair.Value?.ToString() ?? "").ShouldBe(lines[index + 1].Split(','));
            foreach (var (name, value) in recounted[index])
            {
                JsonNode.DeepEquals(row[name], value).ShouldBeTrue(
                    $"{name} of {row.ToJsonString()} is {value?.ToJsonString()} recounted");
            }
        }
    }

    private static HttpClient ClientOf(TestServer server)
    {
        var client = new HttpClient { BaseAddress = server.Url };
        client.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(
            TestServer.Basic(TestServer.Account));
        return client;
    }

    private static Fact FactOf(string workspace, string queue, long sequence, DateTimeOffset at) => new()
    {
        WorkspaceSid = SidOf(workspace),
        Kind = FactKind.TaskQueueEntered,
        At = DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()),
        Sequence = sequence,
        TaskQueueSid = SidOf(queue),
        WorkflowSid = default,
        TaskChannelSid = default,
        TaskSid = default,
    };

    private static Sid SidOf(string text) => Sid.TryParse(text, out var sid) ? sid : throw new ArgumentException(text);

    private static Task AddFactsAsync(TestServer server, IEnumerable<Fact> facts) =>
        server.Services.GetRequiredService<Database>().UpsertAsync([.. facts], CancellationToken.None);
}
