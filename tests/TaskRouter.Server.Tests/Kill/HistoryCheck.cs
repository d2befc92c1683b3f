using System.Diagnostics;
using System.Text.Json;
using Shouldly;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Tests.Kill;

/// <summary>
/// Judges what a server and its database say after a fault against what clients were told before it, and against what
/// must always hold.
/// </summary>
internal sealed class HistoryCheck(ServerProcess server, string directory, string? postgres)
{
    private const int ComplaintsShownMax = 10;

    // Deadlines fire within milliseconds; the rest is a busy machine.
    private static readonly TimeSpan DeadlinePatience = TimeSpan.FromSeconds(30);

    public Task<Snapshot> ReadAsync(bool withEvents = true) => Snapshot.ReadAsync(directory, postgres, withEvents);

    /// <summary>The load must rest.</summary>
    public async Task CheckAsync(KillWorkspace workspace, Ledger ledger, string context)
    {
        var snapshot = await ReadAsync();
        Expect(snapshot.Complaints(), $"the database itself, {context}");
        Expect(
            ledger.Compare(
                sid => snapshot.Tasks.TryGetValue(sid, out var row) ? (row.Status, row.Attributes) : null,
                sid => snapshot.Reservations.GetValueOrDefault(sid)?.Status),
            $"the database against the acknowledgements, {context}");

        var tasks = await ListAsync(workspace.Path("Tasks"), "tasks", row => (
            WireNames.AssignmentStatusOf(row.GetProperty("assignment_status").GetString()!)!.Value,
            row.GetProperty("attributes").GetString()!));
        var reservations = new Dictionary<string, ReservationStatus>();
        foreach (var worker in workspace.WorkerSids)
        {
            var answered = await ListAsync(workspace.Path($"Workers/{worker}/Reservations"), "reservations", row =>
                WireNames.ReservationStatusOf(row.GetProperty("reservation_status").GetString()!)!.Value);
            answered.ToList().ForEach(reservation => reservations.Add(reservation.Key, reservation.Value));
        }

        Expect(
            ledger.Compare(
                sid => tasks.TryGetValue(sid, out var task) ? task : null,
                sid => reservations.TryGetValue(sid, out var status) ? status : null),
            $"the API against the acknowledgements, {context}");
        await ExpectNothingOverdueAsync(context);
    }

    public async Task ExpectNothingOverdueAsync(string context)
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(20))
        {
            var instant = DateTimeOffset.UtcNow;
            var snapshot = await ReadAsync(withEvents: false);
            var overdue = snapshot.Overdue(instant - TimeSpan.FromMilliseconds(500));
            if (!overdue.Any() || waited.Elapsed > DeadlinePatience)
            {
                Expect(overdue, $"overdue, {context}");
                return;
            }
        }
    }

    public static void Expect(IEnumerable<string> complaints, string context) =>
        complaints.Take(ComplaintsShownMax).ShouldBeEmpty(context);

    private async Task<Dictionary<string, TValue>> ListAsync<TValue>(
        string path, string key, Func<JsonElement, TValue> read)
    {
        var rows = new Dictionary<string, TValue>();
        for (var next = $"{path}?PageSize=1000"; next is not null;)
        {
            var page = JsonElement.Parse(await server.Http.GetByteArrayAsync(next));
            foreach (var row in page.GetProperty(key).EnumerateArray())
            {
                rows.Add(row.GetProperty("sid").GetString()!, read(row));
            }

            next = page.GetProperty("meta").GetProperty("next_page_url").GetString();
        }

        return rows;
    }
}
