using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shouldly;

namespace TaskRouter.Server.Tests.Statistics;

/// <summary>Asks every statistics endpoint one question, and the recounter the same.</summary>
internal sealed class EndpointComparison(TestServer server, string path, Recounter recounter, WindowQuery query)
{
    private static readonly string[] Identity =
        ["account_sid", "workspace_sid", "workflow_sid", "task_queue_sid", "worker_sid", "url"];

    private readonly string _channel = query.Channel is { } channel ? $"&TaskChannel={channel}" : "";

    public async Task CompareAllAsync(Traffic traffic)
    {
        await CompareAsync(
            "", _ => true, _ => true, "workspace", recounter.RealTimeWorkers(only: null, isQueue: false));
        foreach (var workflow in traffic.View.Workflows.InOrder.After(null).Select(row => row.Sid.ToString()))
        {
            await CompareAsync(
                $"/Workflows/{workflow}",
                one => one.Workflow == workflow,
                task => task.Workflow == workflow,
                "workflow");
        }

        foreach (var queue in recounter.Queues)
        {
            await CompareAsync(
                $"/TaskQueues/{queue}",
                one => one.Queue == queue,
                task => task.Queue == queue,
                "queue",
                recounter.RealTimeWorkers(recounter.Eligible(queue), isQueue: true));
        }

        await CompareListAsync();
        await CompareBulkAsync();
        await CompareWorkersAsync();
    }

    /// <param name="workers">Figures of workers that the real-time answers have beside those of tasks.</param>
    private async Task CompareAsync(
        string of,
        Func<Recounter.Happening, bool> happening,
        Func<Recounter.Seen, bool> task,
        string which,
        JsonObject? workers = null)
    {
        var realTime = RealTime(task, which, workers);
        var split = query.Thresholds is { } seconds ? $"&SplitByWaitTime={string.Join(',', seconds)}" : "";
        var flat = await GetAsync($"{of}/RealTimeStatistics?{_channel}");
        Agree(flat, realTime, $"{of}/RealTimeStatistics");
        flat = await GetAsync($"{of}/CumulativeStatistics?{query.Text}{_channel}{split}");
        Agree(flat, Cumulative(which, happening, isCombined: false), $"{of}/CumulativeStatistics");
        var combined = await GetAsync($"{of}/Statistics?{query.Text}{_channel}{split}");
        Agree(combined["realtime"], realTime, $"{of}/Statistics realtime");
        Agree(combined["cumulative"], Cumulative(which, happening, isCombined: true), $"{of}/Statistics cumulative");
    }

    private async Task CompareListAsync()
    {
        var queues = new List<string>();
        var next = $"{path}/TaskQueues/Statistics?PageSize=2&{query.Text}{_channel}";
        while (next is not null)
        {
            var page = (await server.GetAsync(next)).ShouldBe(HttpStatusCode.OK);
            var items = page.Items("task_queues_statistics");
            foreach (var item in items.Select(item => JsonNode.Parse(item.GetRawText())!))
            {
                var queue = (string)item["task_queue_sid"]!;
                queues.Add(queue);
                var workers = recounter.RealTimeWorkers(recounter.Eligible(queue), isQueue: true);
                var cumulative = recounter.Cumulative(
                    "queue", OnChannel(one => one.Queue == queue), query.Window, thresholds: null, isCombined: true);
                Agree(item["realtime"], RealTime(task => task.Queue == queue, "queue", workers), $"list {queue}");
                Agree(item["cumulative"], cumulative, $"list {queue}");
            }

            next = page.Json.GetProperty("meta").GetProperty("next_page_url").GetString();
        }

        queues.ShouldBe(recounter.Queues, ignoreOrder: true);
    }

    private async Task CompareBulkAsync()
    {
        var queues = recounter.Queues.Take(50).ToList();
        using var body = new StringContent(
            JsonSerializer.Serialize(new { TaskQueueSids = queues, TaskChannel = query.Channel ?? "" }),
            Encoding.UTF8,
            "application/json");
        var answer = await server.SendAsync(HttpMethod.Post, $"{path}/TaskQueues/RealTimeStatistics", body);
        answer.ShouldBe(HttpStatusCode.OK).Json.GetProperty("task_queue_response_count").GetInt32()
            .ShouldBe(queues.Count);
        foreach (var item in answer.Items("task_queue_data").Select(item => JsonNode.Parse(item.GetRawText())!))
        {
            var queue = (string)item["task_queue_sid"]!;
            var workers = recounter.RealTimeWorkers(recounter.Eligible(queue), isQueue: true);
            var figures = RealTime(task => task.Queue == queue, "queue", workers);
            figures.Remove("longest_relative_task_age_in_queue");
            figures.Remove("longest_relative_task_sid_in_queue");
            Agree(item, figures, $"bulk {queue}");
        }
    }

    private async Task CompareWorkersAsync()
    {
        Agree(
            await GetAsync("/Workers/RealTimeStatistics?"),
            recounter.RealTimeWorkers(only: null, isQueue: false),
            "/Workers/RealTimeStatistics");
        Agree(
            await GetAsync($"/Workers/CumulativeStatistics?{query.Text}{_channel}"),
            OfWorkers(only: null, isCombined: false),
            "/Workers/CumulativeStatistics");
        await CompareSomeAsync("", only: null);
        foreach (var queue in recounter.Queues.Take(2))
        {
            await CompareSomeAsync($"&TaskQueueSid={queue}", recounter.Eligible(queue));
        }

        foreach (var worker in recounter.Workers)
        {
            var one = await GetAsync($"/Workers/{worker}/Statistics?{query.Text}{_channel}");
            Agree(one["cumulative"], OfWorkers([worker], isCombined: true), $"worker {worker}");
            await CompareSomeAsync($"&FriendlyName={recounter.NameOf(worker)}", [worker]);
        }
    }

    private async Task CompareSomeAsync(string filter, HashSet<string>? only)
    {
        var some = await GetAsync($"/Workers/Statistics?{query.Text}{_channel}{filter}");
        Agree(some["realtime"], recounter.RealTimeWorkers(only, isQueue: false), $"workers {filter}");
        Agree(some["cumulative"], OfWorkers(only, isCombined: true), $"workers {filter}");
    }

    private JsonObject OfWorkers(HashSet<string>? only, bool isCombined)
    {
        var figures = recounter.Cumulative(
            "workers",
            OnChannel(one => one.Worker is not null && (only?.Contains(one.Worker) ?? true)),
            query.Window,
            thresholds: null,
            isCombined);
        figures["activity_durations"] = recounter.ActivityDurations(only, query.Window);
        return figures;
    }

    private JsonObject RealTime(Func<Recounter.Seen, bool> of, string which, JsonObject? workers)
    {
        var figures = recounter.RealTimeTasks(
            task => of(task) && (query.ChannelSid is null || task.Channel == query.ChannelSid), which == "queue");
        foreach (var (name, value) in workers ?? [])
        {
            figures[name] = value?.DeepClone();
        }

        return figures;
    }

    private JsonObject Cumulative(string which, Func<Recounter.Happening, bool> of, bool isCombined) =>
        recounter.Cumulative(which, OnChannel(of), query.Window, query.Thresholds, isCombined);

    private Func<Recounter.Happening, bool> OnChannel(Func<Recounter.Happening, bool> of) =>
        one => of(one) && (query.ChannelSid is null || one.Channel == query.ChannelSid);

    private async Task<JsonNode> GetAsync(string request) =>
        JsonNode.Parse((await server.GetAsync(path + request)).ShouldBe(HttpStatusCode.OK).Text)!;

    // Order does not matter to clients; everything else does.
    private void Agree(JsonNode? answer, JsonObject recounted, string what)
    {
        var figures = answer.ShouldNotBeNull().AsObject();
        figures.Select(pair => pair.Key).Except(Identity)
            .ShouldBe(recounted.Select(pair => pair.Key), ignoreOrder: true, what);
        foreach (var (name, value) in recounted)
        {
            JsonNode.DeepEquals(figures[name], value).ShouldBeTrue(
                $"{what} {query.Text}{_channel}: {name} is {figures[name]?.ToJsonString()}, "
                + $"and recounted {value?.ToJsonString()}");
        }
    }
}
