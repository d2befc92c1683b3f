using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Statistics;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Api.Statistics;

/// <summary>https://www.twilio.com/docs/taskrouter/api/workflow-statistics</summary>
internal sealed class WorkflowStatisticsApi(StatisticsLog log)
{
    private const string Path = "/WS.../Workflows/WW.../";

    private static readonly StatisticsContract Contract = StatisticsContract.Workflow;

    public void Map(Routes workflow)
    {
        workflow.Get(
            "/Statistics",
            Operation.Fetch(
                "FetchWorkflowStatistics",
                Contract.Resource(
                    "workflow_statistics", $"{Path}Statistics", Field.Map("realtime"), Field.Map("cumulative")),
                StatisticsRequest.OfWindowAndWaits),
            FetchAsync);
        workflow.Get(
            "/RealTimeStatistics",
            Operation.Fetch(
                "FetchWorkflowRealTimeStatistics",
                Contract.Resource(
                    "workflow_real_time_statistics",
                    $"{Path}RealTimeStatistics",
                    RealTimeJson.OfTasks),
                StatisticsRequest.TaskChannel),
            FetchRealTime);
        workflow.Get(
            "/CumulativeStatistics",
            Operation.Fetch(
                "FetchWorkflowCumulativeStatistics",
                Contract.Resource(
                    "workflow_cumulative_statistics", $"{Path}CumulativeStatistics", CumulativeJson.OfWorkflow),
                StatisticsRequest.OfWindowAndWaits),
            FetchCumulativeAsync);
    }

    private static void FetchRealTime(Scope scope)
    {
        var (sid, request) = (SidOf(scope), StatisticsRequest.Of(scope));
        scope.Answer(StatusCodes.Status200OK, request, (json, _, _) =>
        {
            json.WriteStartObject();
            WriteRealTime(json, sid, request, scope);
            json.WriteString("url"u8, scope.Url("/Workflows/"u8, sid, "/RealTimeStatistics"u8));
            json.WriteEndObject();
        });
    }

    private async Task FetchCumulativeAsync(Scope scope)
    {
        var (sid, request) = (SidOf(scope), StatisticsRequest.Of(scope));
        var figures = await ReadAsync(scope, sid, request);
        scope.Answer(StatusCodes.Status200OK, figures, (json, _, _) =>
        {
            json.WriteStartObject();
            WriteCumulative(json, sid, figures, request, scope);
            json.WriteString("url"u8, scope.Url("/Workflows/"u8, sid, "/CumulativeStatistics"u8));
            json.WriteEndObject();
        });
    }

    private async Task FetchAsync(Scope scope)
    {
        var (sid, request) = (SidOf(scope), StatisticsRequest.Of(scope));
        var figures = await ReadAsync(scope, sid, request);
        scope.Answer(StatusCodes.Status200OK, figures, (json, _, _) =>
        {
            json.WriteStartObject();
            json.WriteStartObject("realtime"u8);
            WriteRealTime(json, sid, request, scope);
            json.WriteEndObject();
            json.WriteStartObject("cumulative"u8);
            WriteCumulative(json, sid, figures, request, scope);
            CumulativeJson.WriteMore(json, figures);
            json.WriteEndObject();
            Contract.WriteIdentity(json, scope, sid);
            json.WriteString("url"u8, scope.Url("/Workflows/"u8, sid, "/Statistics"u8));
            json.WriteEndObject();
        });
    }

    private static Sid SidOf(Scope scope)
    {
        var sid = scope.SidOf("workflowSid", SidKind.Workflow);
        return scope.View.Workflows.Find(sid) is null ? throw scope.NotFound() : sid;
    }

    private Task<Figures> ReadAsync(Scope scope, Sid sid, StatisticsRequest request) => log.ReadAsync(
        request.Figures(scope) with { WorkflowSid = sid }, scope.Context.RequestAborted);

    private static void WriteRealTime(Utf8JsonWriter json, Sid sid, StatisticsRequest request, Scope scope)
    {
        Contract.WriteIdentity(json, scope, sid);
        RealTimeJson.WriteTasks(json, scope.View.Live.Tasks(sid, request.ChannelSid), request.Now);
    }

    private static void WriteCumulative(
        Utf8JsonWriter json, Sid sid, Figures figures, StatisticsRequest request, Scope scope)
    {
        Contract.WriteIdentity(json, scope, sid);
        CumulativeJson.WriteWorkflow(json, figures, request);
    }
}
