using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Statistics;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Api.Statistics;

/// <summary>https://www.twilio.com/docs/taskrouter/api/taskqueue-statistics</summary>
internal sealed class TaskQueueStatisticsApi(StatisticsLog log)
{
    private const string Path = "/WS.../TaskQueues/WQ.../";

    private static readonly StatisticsContract Contract = StatisticsContract.Queue;

    public void Map(Routes queue)
    {
        queue.Get(
            "/Statistics",
            Operation.Fetch(
                "FetchTaskQueueStatistics",
                Contract.Resource(
                    "task_queue_statistics", $"{Path}Statistics", Field.Map("realtime"), Field.Map("cumulative")),
                StatisticsRequest.OfWindowAndWaits),
            FetchAsync);
        queue.Get(
            "/RealTimeStatistics",
            Operation.Fetch(
                "FetchTaskQueueRealTimeStatistics",
                Contract.Resource(
                    "task_queue_real_time_statistics",
                    $"{Path}RealTimeStatistics",
                    RealTimeJson.OfQueue),
                StatisticsRequest.TaskChannel),
            FetchRealTime);
        queue.Get(
            "/CumulativeStatistics",
            Operation.Fetch(
                "FetchTaskQueueCumulativeStatistics",
                Contract.Resource(
                    "task_queue_cumulative_statistics", $"{Path}CumulativeStatistics", CumulativeJson.OfQueue),
                StatisticsRequest.OfWindowAndWaits),
            FetchCumulativeAsync);
    }

    private static void FetchRealTime(Scope scope)
    {
        var (queue, request) = (QueueOf(scope), StatisticsRequest.Of(scope));
        scope.Answer(StatusCodes.Status200OK, request, (json, _, _) =>
        {
            json.WriteStartObject();
            WriteRealTime(json, queue, request, scope);
            json.WriteString("url"u8, scope.Url("/TaskQueues/"u8, queue.Sid, "/RealTimeStatistics"u8));
            json.WriteEndObject();
        });
    }

    private async Task FetchCumulativeAsync(Scope scope)
    {
        var (queue, request) = (QueueOf(scope), StatisticsRequest.Of(scope));
        var figures = await ReadAsync(scope, queue, request);
        scope.Answer(StatusCodes.Status200OK, figures, (json, _, _) =>
        {
            json.WriteStartObject();
            WriteCumulative(json, queue, figures, request, scope);
            json.WriteString("url"u8, scope.Url("/TaskQueues/"u8, queue.Sid, "/CumulativeStatistics"u8));
            json.WriteEndObject();
        });
    }

    private async Task FetchAsync(Scope scope)
    {
        var (queue, request) = (QueueOf(scope), StatisticsRequest.Of(scope));
        var figures = await ReadAsync(scope, queue, request);
        scope.Answer(StatusCodes.Status200OK, figures, (json, _, _) =>
        {
            json.WriteStartObject();
            json.WriteStartObject("realtime"u8);
            WriteRealTime(json, queue, request, scope);
            json.WriteEndObject();
            json.WriteStartObject("cumulative"u8);
            WriteCumulative(json, queue, figures, request, scope);
            CumulativeJson.WriteMore(json, figures);
            json.WriteEndObject();
            Contract.WriteIdentity(json, scope, queue.Sid);
            json.WriteString("url"u8, scope.Url("/TaskQueues/"u8, queue.Sid, "/Statistics"u8));
            json.WriteEndObject();
        });
    }

    private static TaskQueue QueueOf(Scope scope) =>
        scope.View.TaskQueues.Find(scope.SidOf("taskQueueSid", SidKind.TaskQueue)) ?? throw scope.NotFound();

    private async Task<Figures> ReadAsync(Scope scope, TaskQueue queue, StatisticsRequest request)
    {
        var query = request.Figures(scope) with { TaskQueueSids = [queue.Sid] };
        return (await log.ReadByQueueAsync(query, scope.Context.RequestAborted))[queue.Sid];
    }

    private static void WriteRealTime(Utf8JsonWriter json, TaskQueue queue, StatisticsRequest request, Scope scope)
    {
        Contract.WriteIdentity(json, scope, queue.Sid);
        RealTimeJson.WriteQueue(json, queue, request.ChannelSid, request.Now, scope.View, isBulk: false);
    }

    private static void WriteCumulative(
        Utf8JsonWriter json, TaskQueue queue, Figures figures, StatisticsRequest request, Scope scope)
    {
        Contract.WriteIdentity(json, scope, queue.Sid);
        CumulativeJson.WriteQueue(json, figures, request);
    }
}
