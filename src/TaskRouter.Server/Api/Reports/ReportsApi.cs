using System.Net.Mime;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Api.Reports;

/// <summary>
/// Cumulative figures by interval and group, for dashboards and spreadsheets. Not in Twilio's API. An answer is sent
/// while the database still counts, so a report of any length takes the memory of a few rows.
/// </summary>
internal sealed class ReportsApi(ReportLog log)
{
    private const int RowsPerFlush = 128;

    private static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(5);

    public void Map(Routes reports) =>
        reports.Get("", Operation.Fetch("FetchReport", JsonReport.Shown, ReportRequest.Takes), FetchAsync);

    private async Task FetchAsync(Scope scope)
    {
        var request = ReportRequest.Of(scope);
        var aborted = scope.Context.RequestAborted;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        stop.CancelAfter(TimeMax);
        try
        {
            await AnswerAsync(scope, request, stop.Token);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            if (!scope.Context.Response.HasStarted)
            {
                throw new Refusal(503, Refusals.UnavailableCode, "The report takes too long: ask for less time");
            }

            // Half a report must not look like a whole one.
            scope.Context.Abort();
        }
    }

    private async Task AnswerAsync(Scope scope, ReportRequest request, CancellationToken stop)
    {
        await using var rows = log.ReadAsync(request.Query, stop).GetAsyncEnumerator(stop);

        // Before anything is sent: as long as nothing is, a database that fails is an error that can be told.
        var hasRow = await rows.MoveNextAsync();
        var response = scope.Context.Response;
        using var json = request.IsCsv ? null : new JsonReport(scope, request.Query, response.BodyWriter);
        var csv = request.IsCsv ? new CsvReport(scope, request.Query, response.BodyWriter) : null;
        response.ContentType = json is null ? CsvReport.ContentType : MediaTypeNames.Application.Json;
        if (HttpMethods.IsHead(scope.Context.Request.Method))
        {
            return;
        }

        json?.Begin();
        csv?.Begin();
        for (var written = 1; hasRow; written++)
        {
            json?.Write(rows.Current);
            csv?.Write(rows.Current);
            if (written % RowsPerFlush == 0)
            {
                json?.Flush();
                await response.BodyWriter.FlushAsync(stop);
            }

            hasRow = await rows.MoveNextAsync();
        }

        json?.End();
        await response.BodyWriter.FlushAsync(stop);
    }
}
