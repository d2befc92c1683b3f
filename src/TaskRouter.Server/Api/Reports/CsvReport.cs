using System.Buffers;
using System.Globalization;
using System.Text;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Api.Reports;

/// <summary>The rows of a report as a spreadsheet takes them. https://www.rfc-editor.org/rfc/rfc4180</summary>
internal sealed class CsvReport(Scope scope, ReportQuery query, IBufferWriter<byte> body)
{
    public const string ContentType = "text/csv; charset=utf-8; header=present";

    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    // A spreadsheet takes a text that begins so for a formula, and whoever names a worker could write one.
    private static readonly SearchValues<char> Formula = SearchValues.Create("=+-@\t\r");

    private readonly string? _prefix = ReportGroupNames.PrefixOf(query.GroupBy);

    public void Begin()
    {
        var group = _prefix is null ? "" : $"{_prefix}_sid,{_prefix}_name,";
        Write($"start_time,end_time,{group}offered,accepted,accepted_in_time,abandoned,completed,service_level,"
            + "abandonment_rate,average_wait,longest_wait,average_handle_time,handling_time,available_time,"
            + "occupancy\r\n");
    }

    public void Write(ReportRow row)
    {
        var interval = query.IntervalAt(row.Interval);
        var group = _prefix is not null && row.OfSid is { } sid
            ? $"{sid},{Quoted(ReportGroupNames.NameOf(query.GroupBy, sid, scope.View))},"
            : "";
        var isWorker = query.GroupBy == ReportGroup.Worker;
        OccupancyTimes? times = query.HasOccupancy ? row.Times : null;
        Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{Text(interval.Start)},{Text(interval.End)},{group}{row.Offered},{row.Accepted},{row.AcceptedInTime},")
            + string.Create(
            CultureInfo.InvariantCulture,
            $"{(isWorker ? null : row.Abandoned)},{row.Completed},{row.ServiceLevel},")
            + string.Create(
            CultureInfo.InvariantCulture,
            $"{(isWorker ? null : row.AbandonmentRate)},{row.AverageWait},{row.WaitMax},{row.AverageHandleTime},")
            + string.Create(
            CultureInfo.InvariantCulture,
            $"{times?.HandlingSeconds},{times?.AvailableSeconds},{times?.Share}\r\n"));
    }

    private static string Text(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Quoted(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return "";
        }

        var text = Formula.Contains(name[0]) ? "'" + name : name;
        return text.AsSpan().ContainsAny(Special)
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;
    }

    private void Write(string text) => Encoding.UTF8.GetBytes(text, body);
}
