using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Statistics;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Api.Statistics;

/// <summary>https://www.twilio.com/docs/taskrouter/api/taskqueue-statistics</summary>
internal sealed class TaskQueueStatisticsApi(StatisticsLog log)
    : FiguresApi<TaskQueue>(StatisticsContract.Queue, "TaskQueue", "/TaskQueues/WQ...")
{
    protected override Field[] RealTimeFields => RealTimeJson.OfQueue;

    protected override Field[] CumulativeFields => CumulativeJson.OfQueue;

    protected override TaskQueue Find(Scope scope) =>
        scope.View.TaskQueues.Find(scope.SidOf("taskQueueSid", SidKind.TaskQueue)) ?? throw scope.NotFound();

    protected override Sid SidOf(TaskQueue subject) => subject.Sid;

    protected override async Task<Figures> ReadAsync(FigureQuery query, TaskQueue subject, CancellationToken stop) =>
        (await log.ReadByQueueAsync(query with { TaskQueueSids = [subject.Sid] }, stop))[subject.Sid];

    protected override void WriteRealTime(
        Utf8JsonWriter json, TaskQueue subject, StatisticsRequest request, Scope scope) =>
        RealTimeJson.WriteQueue(json, subject, request.ChannelSid, request.Now, scope.View, isBulk: false);

    protected override void WriteCumulative(Utf8JsonWriter json, Figures figures, StatisticsRequest request) =>
        CumulativeJson.WriteQueue(json, figures, request);

    protected override ReadOnlySpan<byte> Url(Scope scope, TaskQueue subject, ReadOnlySpan<byte> tail) =>
        scope.Url("/TaskQueues/"u8, subject.Sid, tail);
}
