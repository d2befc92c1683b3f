using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore.Metadata;

namespace TaskRouter.Server.Storage;

/// <summary>How every table is written, made once; statements are prepared per connection.</summary>
internal sealed class SqliteTables(IModel model)
{
    private readonly ConcurrentDictionary<Type, object> _tables = new();

    public SqliteTable<TRow> Of<TRow>()
        where TRow : class => (SqliteTable<TRow>)_tables.GetOrAdd(
            typeof(TRow), static (row, model) => new SqliteTable<TRow>(TableShape.Of(model, row)), model);
}

/// <summary>One table's statements, one row at a time: within a transaction that is what SQLite does fastest.</summary>
internal sealed class SqliteTable<TRow>
    where TRow : class
{
    private readonly Action<SqliteStatement, TRow>[] _binders;

    public SqliteTable(TableShape shape)
    {
        Shape = shape;
        _binders = [.. shape.Columns.Select((column, index) => Binder(column, index + 1))];
        var values = Enumerable.Range(1, shape.Columns.Count).Select(position => $"?{position}");
        InsertSql = $"{shape.InsertInto} VALUES ({string.Join(", ", values)})";
        UpsertSql = $"{InsertSql} {shape.OnConflictUpdate}";
        DeleteAllSql = $"DELETE FROM {shape.Name} WHERE {TableShape.WorkspaceColumn} = ?1";
        DeleteSql = $"{DeleteAllSql} AND {TableShape.SidColumn} = ?2";

        // No name begins with a control character, and the SID makes it unique.
        VacateNameSql = $"UPDATE {shape.Name} "
            + $"SET {TableShape.NameKeyColumn} = char(1) || hex({TableShape.SidColumn}) "
            + $"WHERE {TableShape.WorkspaceColumn} = ?1 AND {TableShape.SidColumn} = ?2";
    }

    public TableShape Shape { get; }

    public string InsertSql { get; }

    public string UpsertSql { get; }

    public string DeleteSql { get; }

    public string DeleteAllSql { get; }

    public string VacateNameSql { get; }

    public void Bind(SqliteStatement statement, TRow row)
    {
        foreach (var bind in _binders)
        {
            bind(statement, row);
        }
    }

    private static Action<SqliteStatement, TRow> Binder(IProperty column, int position)
    {
        var type = TableShape.ValueType(column);
        return type == typeof(byte[]) ? Bytes(TableShape.Reader<TRow, byte[]?>(column), position)
            : type == typeof(string) ? Text(TableShape.Reader<TRow, string?>(column), position)
            : type == typeof(short) ? Number(TableShape.Reader<TRow, short>(column), value => value, position)
            : type == typeof(int) ? Number(TableShape.Reader<TRow, int>(column), value => value, position)
            : type == typeof(int?) ? Number(TableShape.Reader<TRow, int?>(column), value => value, position)
            : type == typeof(long) ? Number(TableShape.Reader<TRow, long>(column), value => value, position)
            : type == typeof(long?) ? Number(TableShape.Reader<TRow, long?>(column), value => value, position)
            : type == typeof(bool) ? Number(TableShape.Reader<TRow, bool>(column), value => value ? 1 : 0, position)
            : throw new NotSupportedException($"{column.DeclaringType.Name}.{column.Name}: no column of {type}.");
    }

    private static Action<SqliteStatement, TRow> Bytes(Func<TRow, byte[]?> read, int position) => (statement, row) =>
    {
        if (read(row) is { } value)
        {
            statement.Bind(position, value);
        }
        else
        {
            statement.BindNull(position);
        }
    };

    private static Action<SqliteStatement, TRow> Text(Func<TRow, string?> read, int position) => (statement, row) =>
    {
        if (read(row) is { } value)
        {
            statement.Bind(position, value);
        }
        else
        {
            statement.BindNull(position);
        }
    };

    private static Action<SqliteStatement, TRow> Number<TValue>(
        Func<TRow, TValue> read, Func<TValue, long?> widen, int position) => (statement, row) =>
    {
        if (widen(read(row)) is { } value)
        {
            statement.Bind(position, value);
        }
        else
        {
            statement.BindNull(position);
        }
    };
}
