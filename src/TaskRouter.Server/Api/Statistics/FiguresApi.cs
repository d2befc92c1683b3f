using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Api.Statistics;

/// <summary>
/// The three resources that a workspace, a workflow and a task queue each have: what is now, what was in a window of
/// time, and both in one.
/// </summary>
/// <param name="noun">Whose figures they are, as in the names of operations.</param>
/// <param name="path">The subject's own path below the workspace: <c>/Workflows/WW...</c>.</param>
internal abstract class FiguresApi<TSubject>(StatisticsContract contract, string noun, string path)
{
    protected abstract Field[] RealTimeFields { get; }

    protected abstract Field[] CumulativeFields { get; }

    public void Map(Routes subject)
    {
        subject.Get(
            "/Statistics",
            Describe("Statistics", StatisticsRequest.OfWindowAndWaits, Field.Map("realtime"), Field.Map("cumulative")),
            FetchAsync);
        subject.Get(
            "/RealTimeStatistics",
            Describe("RealTimeStatistics", [StatisticsRequest.TaskChannel], RealTimeFields),
            FetchRealTime);
        subject.Get(
            "/CumulativeStatistics",
            Describe("CumulativeStatistics", StatisticsRequest.OfWindowAndWaits, CumulativeFields),
            FetchCumulativeAsync);
    }

    /// <summary>Whatever the path names, which has to exist.</summary>
    protected abstract TSubject Find(Scope scope);

    protected abstract Sid SidOf(TSubject subject);

    protected abstract Task<Figures> ReadAsync(FigureQuery query, TSubject subject, CancellationToken stop);

    protected abstract void WriteRealTime(
        Utf8JsonWriter json, TSubject subject, StatisticsRequest request, Scope scope);

    protected abstract void WriteCumulative(Utf8JsonWriter json, Figures figures, StatisticsRequest request);

    protected abstract ReadOnlySpan<byte> Url(Scope scope, TSubject subject, ReadOnlySpan<byte> tail);

    private Operation Describe(string statistics, Parameter[] parameters, params Field[] fields)
    {
        var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(statistics);
        return Operation.Fetch(
            $"Fetch{noun}{statistics}",
            contract.Resource($"{contract.Whose}_{name}", $"/WS...{path}/{statistics}", fields),
            parameters);
    }

    private void FetchRealTime(Scope scope)
    {
        var (subject, request) = (Find(scope), StatisticsRequest.Of(scope));
        scope.Answer(StatusCodes.Status200OK, request, (json, _, _) =>
        {
            json.WriteStartObject();
            contract.WriteIdentity(json, scope, SidOf(subject));
            WriteRealTime(json, subject, request, scope);
            json.WriteUrl("url"u8, Url(scope, subject, "/RealTimeStatistics"u8));
            json.WriteEndObject();
        });
    }

    private async Task FetchCumulativeAsync(Scope scope)
    {
        var (subject, request) = (Find(scope), StatisticsRequest.Of(scope));
        var figures = await ReadAsync(request.Figures(scope), subject, scope.Context.RequestAborted);
        scope.Answer(StatusCodes.Status200OK, figures, (json, _, _) =>
        {
            json.WriteStartObject();
            contract.WriteIdentity(json, scope, SidOf(subject));
            WriteCumulative(json, figures, request);
            json.WriteUrl("url"u8, Url(scope, subject, "/CumulativeStatistics"u8));
            json.WriteEndObject();
        });
    }

    private async Task FetchAsync(Scope scope)
    {
        var (subject, request) = (Find(scope), StatisticsRequest.Of(scope));
        var figures = await ReadAsync(request.Figures(scope), subject, scope.Context.RequestAborted);
        scope.Answer(StatusCodes.Status200OK, figures, (json, _, _) =>
        {
            json.WriteStartObject();
            json.WriteStartObject("realtime"u8);
            contract.WriteIdentity(json, scope, SidOf(subject));
            WriteRealTime(json, subject, request, scope);
            json.WriteEndObject();
            json.WriteStartObject("cumulative"u8);
            contract.WriteIdentity(json, scope, SidOf(subject));
            WriteCumulative(json, figures, request);
            CumulativeJson.WriteMore(json, figures);
            json.WriteEndObject();
            contract.WriteIdentity(json, scope, SidOf(subject));
            json.WriteUrl("url"u8, Url(scope, subject, "/Statistics"u8));
            json.WriteEndObject();
        });
    }
}
