using Microsoft.EntityFrameworkCore;
using TaskRouter.Server.Journal;

namespace TaskRouter.Server.Storage;

/// <summary>The tables that are written beside the workspaces' own transactions.</summary>
internal static class JournalModel
{
    public static void Map(ModelBuilder model)
    {
        var alert = model.Entity<Alert>().ToTable("alerts", table => table.HasCheckConstraint(
            "ck_alerts_level", Range<AlertLevel>("level")));
        alert.HasKey(row => new { row.AccountSid, row.Sid });
        alert.Ignore(row => row.At);

        // For retention, which asks for the oldest of all accounts.
        alert.HasIndex(row => row.Sid);

        var call = model.Entity<RecordedCall>().ToTable("calls", table => table.HasCheckConstraint(
            "ck_calls_outcome", Range<CallOutcome>("outcome")));
        call.HasKey(row => new { row.WorkspaceSid, row.Sid });
        call.Ignore(row => row.At);
    }

    private static string Range<TEnum>(string column)
        where TEnum : struct, Enum => $"{column} BETWEEN 0 AND {Enum.GetValues<TEnum>().Length - 1}";
}
