using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Statistics;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Api.Statistics;

/// <summary>https://www.twilio.com/docs/taskrouter/api/workspace-statistics</summary>
internal sealed class WorkspaceStatisticsApi(StatisticsLog log)
    : FiguresApi<Workspace>(StatisticsContract.Workspace, "Workspace", "")
{
    protected override Field[] RealTimeFields => [.. RealTimeJson.OfTasks, .. RealTimeJson.OfWorkers];

    protected override Field[] CumulativeFields => CumulativeJson.OfWorkspace;

    protected override Workspace Find(Scope scope) => scope.View.Workspace ?? throw scope.NotFound();

    protected override Sid SidOf(Workspace subject) => subject.Sid;

    protected override Task<Figures> ReadAsync(FigureQuery query, Workspace subject, CancellationToken stop) =>
        log.ReadAsync(query, stop);

    protected override void WriteRealTime(
        Utf8JsonWriter json, Workspace subject, StatisticsRequest request, Scope scope)
    {
        var live = scope.View.Live;
        RealTimeJson.WriteTasks(json, live.Tasks(subject.Sid, request.ChannelSid), request.Now);
        RealTimeJson.WriteWorkers(json, live.Workers(), scope.View);
    }

    protected override void WriteCumulative(Utf8JsonWriter json, Figures figures, StatisticsRequest request) =>
        CumulativeJson.WriteWorkspace(json, figures, request);

    protected override ReadOnlySpan<byte> Url(Scope scope, Workspace subject, ReadOnlySpan<byte> tail) =>
        scope.Url(tail);
}
