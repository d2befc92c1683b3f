using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Statistics;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Api.Statistics;

/// <summary>https://www.twilio.com/docs/taskrouter/api/workflow-statistics</summary>
internal sealed class WorkflowStatisticsApi(StatisticsLog log)
    : FiguresApi<Workflow>(StatisticsContract.Workflow, "Workflow", "/Workflows/WW...")
{
    protected override Field[] RealTimeFields => RealTimeJson.OfTasks;

    protected override Field[] CumulativeFields => CumulativeJson.OfWorkflow;

    protected override Workflow Find(Scope scope) =>
        scope.View.Workflows.Find(scope.SidOf("workflowSid", SidKind.Workflow)) ?? throw scope.NotFound();

    protected override Sid SidOf(Workflow subject) => subject.Sid;

    protected override Task<Figures> ReadAsync(FigureQuery query, Workflow subject, CancellationToken stop) =>
        log.ReadAsync(query with { WorkflowSid = subject.Sid }, stop);

    protected override void WriteRealTime(
        Utf8JsonWriter json, Workflow subject, StatisticsRequest request, Scope scope) =>
        RealTimeJson.WriteTasks(json, scope.View.Live.Tasks(subject.Sid, request.ChannelSid), request.Now);

    protected override void WriteCumulative(Utf8JsonWriter json, Figures figures, StatisticsRequest request) =>
        CumulativeJson.WriteWorkflow(json, figures, request);

    protected override ReadOnlySpan<byte> Url(Scope scope, Workflow subject, ReadOnlySpan<byte> tail) =>
        scope.Url("/Workflows/"u8, subject.Sid, tail);
}
