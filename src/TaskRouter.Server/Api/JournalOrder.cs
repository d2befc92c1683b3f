using TaskRouter.Engine.Model;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Api;

/// <summary>Rows whose SIDs carry their time, as a list with the newest first.</summary>
/// <param name="read">Reads away from a row, older ones or newer ones, so many.</param>
internal sealed class JournalOrder<TRow>(
    Func<Sid?, bool, int, Task<JournalSlice<TRow>>> read, Func<TRow, Sid> sidOf) : IStoredRows<TRow>
{
    public async Task<StoredSlice<TRow>> ReadAsync(PageToken? token, int count)
    {
        var slice = await read(token?.Cursor.Sid, token is not { Forward: false }, count);
        return new StoredSlice<TRow>(slice.Rows, slice.Beyond is { } sid ? new Cursor(sid) : null);
    }

    public Cursor CursorOf(TRow row) => new(sidOf(row));

    // The next row is an older one, whose SID is lower.
    public Cursor JustAfter(Cursor row) => row.JustBefore;

    public Cursor JustBefore(Cursor row) => row.JustAfter;
}
