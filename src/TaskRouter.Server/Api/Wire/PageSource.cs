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
