using TaskRouter.Engine.Model;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Api.Wire;

/// <summary>The rows of a list, in its order and already filtered.</summary>
internal interface IPageSource<T>
{
    /// <summary>Rows behind the cursor, nearest first; all rows for null.</summary>
    IEnumerable<T> After(Cursor? cursor);

    /// <summary>Rows in front of the cursor, nearest first.</summary>
    IEnumerable<T> Before(Cursor cursor);

    Cursor CursorOf(T row);
}

/// <summary>The rows of a list that a database holds, in its order.</summary>
internal interface IStoredRows<T>
{
    /// <summary>Rows behind the token, or in front of it for one that leads back, nearest first.</summary>
    Task<StoredSlice<T>> ReadAsync(PageToken? token, int count);

    Cursor CursorOf(T row);

    /// <summary>The place between this row and the next.</summary>
    Cursor JustAfter(Cursor row);

    /// <summary>The place between this row and the one before.</summary>
    Cursor JustBefore(Cursor row);
}

/// <param name="Beyond">
/// Where reading goes on; null at the end. There may be such a place behind few rows or none.
/// </param>
internal sealed record StoredSlice<T>(List<T> Rows, Cursor? Beyond);

/// <summary>Committed rows in order of creation: a page costs one binary search and the rows it looks at.</summary>
internal sealed class CreationOrder<T>(CommittedRows<T> rows, Func<T, Sid> sidOf, Func<T, bool>? filter = null)
    : IPageSource<T>
    where T : class
{
    public IEnumerable<T> After(Cursor? cursor) => Filtered(rows.After(cursor?.Sid));

    public IEnumerable<T> Before(Cursor cursor) => Filtered(rows.Before(cursor.Sid));

    public Cursor CursorOf(T row) => new(sidOf(row));

    private IEnumerable<T> Filtered(IEnumerable<T> all) => filter is null ? all : all.Where(filter);
}

/// <summary>
/// Rows in another order. It looks at every row for each page, which asking for an order costs, but sorts no more of
/// them than the page needs.
/// </summary>
internal sealed class SortedOrder<T>(IEnumerable<T> rows, Func<T, Cursor> cursorOf) : IPageSource<T>
{
    private static readonly Comparer<Cursor> Order = Comparer<Cursor>.Create((left, right) =>
        (left.First, left.Second, left.Sid).CompareTo((right.First, right.Second, right.Sid)));

    public IEnumerable<T> After(Cursor? cursor) =>
        (cursor is { } start ? rows.Where(row => Order.Compare(cursorOf(row), start) > 0) : rows)
        .OrderBy(cursorOf, Order);

    public IEnumerable<T> Before(Cursor cursor) => rows
        .Where(row => Order.Compare(cursorOf(row), cursor) < 0)
        .OrderByDescending(cursorOf, Order);

    public Cursor CursorOf(T row) => cursorOf(row);
}
