using System.Buffers;
using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Api.Reports;

/// <summary>A report as one object, row after row.</summary>
internal sealed class JsonReport(Scope scope, ReportQuery query, IBufferWriter<byte> body) : IDisposable
{
    public static readonly Resource Shown = new(
        "report",
        "a report: figures by interval and group, as JSON or CSV",
        "reports",
        Field.Sid("account_sid", SidKind.Account),
        Field.Sid("workspace_sid", SidKind.Workspace),
        Field.Instant("start_time"),
        Field.Instant("end_time"),
        Field.Integer("interval", "60"),
        Field.OneOf("group_by", ReportRequest.Groups),
        Field.Integer("service_level_threshold", "20"),
        Field.Objects("rows"),
        new("url", Shape.Url with { Example = "https://taskrouter.example.com/ext/v1/Workspaces/WS.../Reports" }));

    private readonly Utf8JsonWriter _json = new(body, WireJson.Options);
    private readonly string? _prefix = ReportGroupNames.PrefixOf(query.GroupBy);

    public void Begin()
    {
        _json.WriteStartObject();
        _json.WriteSid("account_sid"u8, scope.AccountSid);
        _json.WriteSid("workspace_sid"u8, query.WorkspaceSid);
        _json.WriteInstant("start_time"u8, query.Window.Start);
        _json.WriteInstant("end_time"u8, query.Window.End);
        _json.WriteNumber("interval"u8, (long)query.Interval.TotalMinutes);
        _json.WriteString("group_by"u8, ReportRequest.Groups[(int)query.GroupBy]);
        _json.WriteNumber("service_level_threshold"u8, query.ThresholdSeconds);
        _json.WriteStartArray("rows"u8);
    }

    public void Write(ReportRow row)
    {
        var interval = query.IntervalAt(row.Interval);
        _json.WriteStartObject();
        _json.WriteInstant("start_time"u8, interval.Start);
        _json.WriteInstant("end_time"u8, interval.End);
        if (_prefix is not null && row.OfSid is { } sid)
        {
            _json.WriteString($"{_prefix}_sid", sid.IsNone ? null : sid.ToString());
            _json.WriteString($"{_prefix}_name", ReportGroupNames.NameOf(query.GroupBy, sid, scope.View));
        }

        _json.WriteNumber("offered"u8, row.Offered);
        _json.WriteNumber("accepted"u8, row.Accepted);
        _json.WriteNumber("accepted_in_time"u8, row.AcceptedInTime);
        Write("abandoned"u8, query.GroupBy == ReportGroup.Worker ? null : row.Abandoned);
        _json.WriteNumber("completed"u8, row.Completed);
        Write("service_level"u8, row.ServiceLevel);
        Write("abandonment_rate"u8, query.GroupBy == ReportGroup.Worker ? null : row.AbandonmentRate);
        _json.WriteNumber("average_wait"u8, row.AverageWait);
        _json.WriteNumber("longest_wait"u8, row.WaitMax);
        Write("average_handle_time"u8, row.AverageHandleTime);
        Write("handling_time"u8, query.HasOccupancy ? row.Times.HandlingSeconds : null);
        Write("available_time"u8, query.HasOccupancy ? row.Times.AvailableSeconds : null);
        Write("occupancy"u8, query.HasOccupancy ? row.Times.Share : null);
        _json.WriteEndObject();
    }

    public void End()
    {
        _json.WriteEndArray();
        _json.WriteString("url"u8, $"{scope.Origin}/ext/v1/Workspaces/{query.WorkspaceSid}/Reports");
        _json.WriteEndObject();
        Flush();
    }

    /// <summary>Hands on what is written.</summary>
    public void Flush() => _json.Flush();

    public void Dispose() => _json.Dispose();

    private void Write(ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } number)
        {
            _json.WriteNumber(name, number);
        }
        else
        {
            _json.WriteNull(name);
        }
    }
}
