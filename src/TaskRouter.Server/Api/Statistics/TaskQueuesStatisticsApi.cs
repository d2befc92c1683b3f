using System.Net.Mime;
using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Statistics;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Api.Statistics;

/// <summary>Of many queues at once. https://www.twilio.com/docs/taskrouter/api/taskqueue-statistics</summary>
internal sealed class TaskQueuesStatisticsApi(StatisticsLog log)
{
    private const int BulkMax = 50;

    private static readonly StatisticsContract Contract = StatisticsContract.Queue;

    // The documentation does not say what the list is called, and its libraries send whatever they are given.
    private static readonly string[] BulkNames =
        ["TaskQueueSids", "task_queue_sids", "queue_sids", "queueSids", "QueueSids"];

    private static readonly TextParameter FriendlyName = new(
        "FriendlyName", "The queue of this name", "English support");

    public void Map(Routes queues)
    {
        var item = Contract.Resource("task_queues_statistics", "", Field.Map("realtime"), Field.Map("cumulative"));
        queues.Get(
            "/Statistics",
            Operation.List(
                "ListTaskQueuesStatistics",
                "task_queues_statistics",
                item,
                [FriendlyName, .. StatisticsRequest.OfWindowAndWaits]),
            ListAsync);
        queues.Post(
            "/RealTimeStatistics",
            new Operation(
                "CreateTaskQueueBulkRealTimeStatistics",
                $"Fetch real-time statistics of up to {BulkMax} task queues",
                StatusCodes.Status200OK,
                StatisticsContract.Workspace.Resource(
                    "task_queue_bulk_real_time_statistics",
                    "/WS.../TaskQueues/RealTimeStatistics",
                    Field.Objects("task_queue_data"),
                    Field.Integer("task_queue_response_count")))
            {
                BodyType = MediaTypeNames.Application.Json,
            },
            FetchBulkAsync);
    }

    private Task ListAsync(Scope scope)
    {
        var request = StatisticsRequest.Of(scope);
        var name = request.Query.NameKey(FriendlyName);
        var queues = new CreationOrder<TaskQueue>(
            scope.View.TaskQueues.InOrder, queue => queue.Sid, queue => name is null || queue.NameKey == name);
        return Page.AnswerAsync(
            scope,
            request.Query,
            "task_queues_statistics",
            new QueuesWithFigures(log, request.Figures(scope), queues, scope.Context.RequestAborted),
            (json, row, _) => Write(json, row, request, scope));
    }

    private static void Write(Utf8JsonWriter json, QueueFigures row, StatisticsRequest request, Scope scope)
    {
        json.WriteStartObject();
        json.WriteStartObject("realtime"u8);
        Contract.WriteIdentity(json, scope, row.Queue.Sid);
        RealTimeJson.WriteQueue(json, row.Queue, request.ChannelSid, request.Now, scope.View, isBulk: false);
        json.WriteEndObject();
        json.WriteStartObject("cumulative"u8);
        Contract.WriteIdentity(json, scope, row.Queue.Sid);
        CumulativeJson.WriteQueue(json, row.Figures, request);
        CumulativeJson.WriteMore(json, row.Figures);
        json.WriteEndObject();
        Contract.WriteIdentity(json, scope, row.Queue.Sid);
        json.WriteEndObject();
    }

    private static async Task FetchBulkAsync(Scope scope)
    {
        using var body = await JsonBody.ReadAsync(scope.Context.Request);
        var (sids, channel) = ReadBulk(body?.RootElement);
        var channelSid = StatisticsRequest.ChannelIn(scope.View, channel);
        var queues = sids.Select(sid => scope.View.TaskQueues.Find(sid)).OfType<TaskQueue>().ToList();
        scope.Answer(StatusCodes.Status200OK, queues, (json, found, _) =>
        {
            json.WriteStartObject();
            StatisticsContract.Workspace.WriteIdentity(json, scope, sid: null);
            json.WriteStartArray("task_queue_data"u8);
            foreach (var queue in found)
            {
                json.WriteStartObject();
                Contract.WriteIdentity(json, scope, queue.Sid);
                RealTimeJson.WriteQueue(json, queue, channelSid, scope.Now, scope.View, isBulk: true);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("task_queue_response_count"u8, found.Count);
            json.WriteUrl("url"u8, scope.Url("/TaskQueues/RealTimeStatistics"u8));
            json.WriteEndObject();
        });
    }

    private static (List<Sid> Sids, string? Channel) ReadBulk(JsonElement? body)
    {
        switch (body)
        {
            case null:
                return ([], null);
            case { ValueKind: JsonValueKind.Array } list:
                return (ReadSids(list), null);
            case { ValueKind: JsonValueKind.Object } fields:
                var given = BulkNames.Select(name => fields.TryGetProperty(name, out var list) ? list : default)
                    .FirstOrDefault(list => list.ValueKind != JsonValueKind.Undefined);
                var sids = given.ValueKind == JsonValueKind.Undefined ? [] : ReadSids(given);
                return fields.TryGetProperty("TaskChannel", out var channel)
                    ? (sids, channel.ValueKind == JsonValueKind.String ? channel.GetString() : throw Malformed())
                    : (sids, null);
            default:
                throw Malformed();
        }
    }

    // SIDs of nothing that exists are left out, so one that is none is left out as well.
    private static List<Sid> ReadSids(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array
            || list.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
        {
            throw Malformed();
        }

        if (list.GetArrayLength() > BulkMax)
        {
            throw Refusal.Invalid($"Too many TaskQueueSids: at most {BulkMax}");
        }

        return
        [
            .. list.EnumerateArray()
                .Select(item => Sid.TryParse(item.GetString(), SidKind.TaskQueue, out var sid) ? sid : default)
                .Distinct(),
        ];
    }

    private static Refusal Malformed() => Refusal.Invalid(
        "The request body must be a JSON array of TaskQueue SIDs, or an object with TaskQueueSids and TaskChannel");

    private sealed record QueueFigures(TaskQueue Queue, Figures Figures);

    /// <summary>A page of queues from memory, with the figures of all of them read at once.</summary>
    private sealed class QueuesWithFigures(
        StatisticsLog log, FigureQuery query, IPageSource<TaskQueue> queues, CancellationToken stop)
        : IStoredRows<QueueFigures>
    {
        public async Task<StoredSlice<QueueFigures>> ReadAsync(PageToken? token, int count)
        {
            var rows = token is { Forward: false } ? queues.Before(token.Cursor) : queues.After(token?.Cursor);
            var page = rows.Take(count + 1).ToList();
            var hasMore = page.Count > count;
            page.RemoveRange(Math.Min(count, page.Count), hasMore ? 1 : 0);
            var figures = await log.ReadByQueueAsync(
                query with { TaskQueueSids = [.. page.Select(queue => queue.Sid)] }, stop);
            return new StoredSlice<QueueFigures>(
                [.. page.Select(queue => new QueueFigures(queue, figures[queue.Sid]))],
                hasMore ? queues.CursorOf(page[^1]) : null);
        }

        public Cursor CursorOf(QueueFigures row) => queues.CursorOf(row.Queue);

        public Cursor JustAfter(Cursor row) => row.JustAfter;

        public Cursor JustBefore(Cursor row) => row.JustBefore;
    }
}
