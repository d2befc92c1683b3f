using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Hosting;
using TaskRouter.Server.Statistics;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Api.Statistics;

/// <summary>Of all workers, of some, and of one. https://www.twilio.com/docs/taskrouter/api/worker/statistics</summary>
internal sealed class WorkersStatisticsApi(WorkerStatisticsLog log)
{
    private const string Path = "/WS.../Workers/";

    private static readonly StatisticsContract Contract = StatisticsContract.Workers;

    private static readonly TextParameter FriendlyName = new("FriendlyName", "The worker of this name", "Alice");

    private static readonly Parameter[] Filters =
        [ExpressionFilters.TaskQueueSid, ExpressionFilters.TaskQueueName, FriendlyName];

    public void Map(Routes workers)
    {
        workers.Get(
            "/Statistics",
            Operation.Fetch(
                "FetchWorkerStatistics",
                Contract.Resource(
                    "worker_statistics", $"{Path}Statistics", Field.Map("realtime"), Field.Map("cumulative")),
                [.. StatisticsRequest.OfWindow, .. Filters]),
            FetchAsync);
        workers.Get(
            "/RealTimeStatistics",
            Operation.Fetch(
                "FetchWorkersRealTimeStatistics",
                Contract.Resource(
                    "workers_real_time_statistics", $"{Path}RealTimeStatistics", RealTimeJson.OfWorkers),
                StatisticsRequest.TaskChannel),
            FetchRealTime);
        workers.Get(
            "/CumulativeStatistics",
            Operation.Fetch(
                "FetchWorkersCumulativeStatistics",
                Contract.Resource(
                    "workers_cumulative_statistics", $"{Path}CumulativeStatistics", CumulativeJson.OfWorkers),
                StatisticsRequest.OfWindow),
            FetchCumulativeAsync);
        workers.Get(
            "/{workerSid}/Statistics",
            Operation.Fetch(
                "FetchWorkerInstanceStatistics",
                StatisticsContract.Worker.Resource(
                    "worker_instance_statistics", $"{Path}WK.../Statistics", Field.Map("cumulative")),
                StatisticsRequest.OfWindow),
            FetchOneAsync);
    }

    private static void FetchRealTime(Scope scope) => scope.Answer(StatusCodes.Status200OK, scope, (json, _, _) =>
    {
        json.WriteStartObject();
        Contract.WriteIdentity(json, scope, sid: null);
        RealTimeJson.WriteWorkers(json, scope.View.Live.Workers(), scope.View);
        json.WriteUrl("url"u8, scope.Url("/Workers/RealTimeStatistics"u8));
        json.WriteEndObject();
    });

    private async Task FetchCumulativeAsync(Scope scope)
    {
        var read = await ReadAsync(scope, workers: null);
        scope.Answer(StatusCodes.Status200OK, read, (json, _, _) =>
        {
            json.WriteStartObject();
            Contract.WriteIdentity(json, scope, sid: null);
            CumulativeJson.WriteWorkers(json, read.Figures, read.Times, read.Request, scope.View);
            json.WriteUrl("url"u8, scope.Url("/Workers/CumulativeStatistics"u8));
            json.WriteEndObject();
        });
    }

    private async Task FetchAsync(Scope scope)
    {
        var wanted = WorkersIn(scope.View, scope.ReadQuery());
        var read = await ReadAsync(scope, wanted?.Select(worker => worker.Sid).ToHashSet());
        var byActivity = wanted?.CountBy(worker => worker.ActivitySid).ToDictionary() ?? scope.View.Live.Workers();
        scope.Answer(StatusCodes.Status200OK, read, (json, _, _) =>
        {
            json.WriteStartObject();
            json.WriteStartObject("realtime"u8);
            Contract.WriteIdentity(json, scope, sid: null);
            RealTimeJson.WriteWorkers(json, byActivity, scope.View);
            json.WriteEndObject();
            WriteCumulative(json, Contract, null, read, scope);
            Contract.WriteIdentity(json, scope, sid: null);
            json.WriteUrl("url"u8, scope.Url("/Workers/Statistics"u8));
            json.WriteEndObject();
        });
    }

    private async Task FetchOneAsync(Scope scope)
    {
        var sid = scope.SidOf("workerSid", SidKind.Worker);
        if (scope.View.Workers.Find(sid) is null)
        {
            throw scope.NotFound();
        }

        var read = await ReadAsync(scope, new HashSet<Sid> { sid });
        scope.Answer(StatusCodes.Status200OK, read, (json, _, _) =>
        {
            json.WriteStartObject();
            WriteCumulative(json, StatisticsContract.Worker, sid, read, scope);
            StatisticsContract.Worker.WriteIdentity(json, scope, sid);
            json.WriteUrl("url"u8, scope.Url("/Workers/"u8, sid, "/Statistics"u8));
            json.WriteEndObject();
        });
    }

    private async Task<WorkersRead> ReadAsync(Scope scope, IReadOnlySet<Sid>? workers)
    {
        var request = StatisticsRequest.Of(scope);
        var (figures, times) = await log.ReadAsync(request.Figures(scope), workers, scope.Context.RequestAborted);
        return new WorkersRead(request, figures, times);
    }

    /// <summary>Null without a filter. Every worker is asked, as in the list of workers.</summary>
    private static List<Worker>? WorkersIn(CommittedView view, Parameters query)
    {
        var serves = ExpressionFilters.WorkersThatMatch(view, query);
        var name = query.NameKey(FriendlyName);
        return serves is null && name is null ? null :
        [
            .. view.Workers.InOrder.After(null).Where(worker =>
                (name is null || worker.NameKey == name) && (serves is null || serves(worker))),
        ];
    }

    private static void WriteCumulative(
        Utf8JsonWriter json, StatisticsContract contract, Sid? sid, WorkersRead read, Scope scope)
    {
        json.WriteStartObject("cumulative"u8);
        contract.WriteIdentity(json, scope, sid);
        CumulativeJson.WriteWorkers(json, read.Figures, read.Times, read.Request, scope.View);
        CumulativeJson.WriteMore(json, read.Figures);
        json.WriteEndObject();
    }

    private sealed record WorkersRead(StatisticsRequest Request, Figures Figures, ActivityTimes Times);
}
