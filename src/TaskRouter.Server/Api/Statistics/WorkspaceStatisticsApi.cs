using System.Text.Json;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Statistics;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Api.Statistics;

/// <summary>https://www.twilio.com/docs/taskrouter/api/workspace-statistics</summary>
internal sealed class WorkspaceStatisticsApi(StatisticsLog log)
{
    private const string Path = "/WS.../";

    private static readonly StatisticsContract Contract = StatisticsContract.Workspace;

    public void Map(Routes workspace)
    {
        workspace.Get(
            "/Statistics",
            Operation.Fetch(
                "FetchWorkspaceStatistics",
                Contract.Resource(
                    "workspace_statistics", $"{Path}Statistics", Field.Map("realtime"), Field.Map("cumulative")),
                StatisticsRequest.OfWindowAndWaits),
            FetchAsync);
        workspace.Get(
            "/RealTimeStatistics",
            Operation.Fetch(
                "FetchWorkspaceRealTimeStatistics",
                Contract.Resource(
                    "workspace_real_time_statistics",
                    $"{Path}RealTimeStatistics",
                    [.. RealTimeJson.OfTasks, .. RealTimeJson.OfWorkers]),
                StatisticsRequest.TaskChannel),
            FetchRealTime);
        workspace.Get(
            "/CumulativeStatistics",
            Operation.Fetch(
                "FetchWorkspaceCumulativeStatistics",
                Contract.Resource(
                    "workspace_cumulative_statistics", $"{Path}CumulativeStatistics", CumulativeJson.OfWorkspace),
                StatisticsRequest.OfWindowAndWaits),
            FetchCumulativeAsync);
    }

    private static void FetchRealTime(Scope scope)
    {
        var request = StatisticsRequest.Of(scope);
        scope.Answer(StatusCodes.Status200OK, request, (json, _, _) =>
        {
            json.WriteStartObject();
            WriteRealTime(json, request, scope);
            json.WriteString("url"u8, scope.Url("/RealTimeStatistics"u8));
            json.WriteEndObject();
        });
    }

    private async Task FetchCumulativeAsync(Scope scope)
    {
        var request = StatisticsRequest.Of(scope);
        var figures = await log.ReadAsync(request.Figures(scope), scope.Context.RequestAborted);
        scope.Answer(StatusCodes.Status200OK, figures, (json, _, _) =>
        {
            json.WriteStartObject();
            WriteCumulative(json, figures, request, scope);
            json.WriteString("url"u8, scope.Url("/CumulativeStatistics"u8));
            json.WriteEndObject();
        });
    }

    private async Task FetchAsync(Scope scope)
    {
        var request = StatisticsRequest.Of(scope);
        var figures = await log.ReadAsync(request.Figures(scope), scope.Context.RequestAborted);
        scope.Answer(StatusCodes.Status200OK, figures, (json, _, _) =>
        {
            json.WriteStartObject();
            json.WriteStartObject("realtime"u8);
            WriteRealTime(json, request, scope);
            json.WriteEndObject();
            json.WriteStartObject("cumulative"u8);
            WriteCumulative(json, figures, request, scope);
            CumulativeJson.WriteMore(json, figures);
            json.WriteEndObject();
            Contract.WriteIdentity(json, scope, sid: null);
            json.WriteString("url"u8, scope.Url("/Statistics"u8));
            json.WriteEndObject();
        });
    }

    private static void WriteRealTime(Utf8JsonWriter json, StatisticsRequest request, Scope scope)
    {
        Contract.WriteIdentity(json, scope, sid: null);
        var live = scope.View.Live;
        RealTimeJson.WriteTasks(json, live.Tasks(scope.WorkspaceSid, request.ChannelSid), request.Now);
        RealTimeJson.WriteWorkers(json, live.Workers(), scope.View);
    }

    private static void WriteCumulative(Utf8JsonWriter json, Figures figures, StatisticsRequest request, Scope scope)
    {
        Contract.WriteIdentity(json, scope, sid: null);
        CumulativeJson.WriteWorkspace(json, figures, request);
    }
}
