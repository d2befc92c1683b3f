using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace TaskRouter.Server.Storage;

/// <summary>The set-based statements of every table, made once.</summary>
internal sealed class PostgresTables(IModel model)
{
    private readonly ConcurrentDictionary<Type, object> _tables = new();

    public PostgresTable<TRow> Of<TRow>()
        where TRow : class => (PostgresTable<TRow>)_tables.GetOrAdd(
            typeof(TRow), static (row, model) => new PostgresTable<TRow>(TableShape.Of(model, row)), model);
}

/// <summary>One table's statements. Rows travel as one array per column, which Postgres turns back into rows.</summary>
internal sealed class PostgresTable<TRow>
    where TRow : class
{
    private readonly PostgresColumn<TRow>[] _columns;

    public PostgresTable(TableShape shape)
    {
        Shape = shape;
        _columns = [.. shape.Columns.Select(PostgresColumn<TRow>.Of)];
        var arrays = shape.Columns.Select((column, index) => $"${index + 1}::{column.GetColumnType()}[]");
        InsertSql = $"{shape.InsertInto} SELECT * FROM unnest({string.Join(", ", arrays)})";
        UpsertSql = $"{InsertSql} {shape.OnConflictUpdate}";
        DeleteAllSql = $"DELETE FROM {shape.Name} WHERE {TableShape.WorkspaceColumn} = $1";
        DeleteSql = $"{DeleteAllSql} AND {TableShape.SidColumn} = ANY($2)";

        // No name begins with a control character, and the SID makes it unique.
        VacateNamesSql = $"UPDATE {shape.Name} SET {TableShape.NameKeyColumn} = chr(1) || {TableShape.SidColumn}::text "
            + $"WHERE {TableShape.WorkspaceColumn} = $1 AND {TableShape.SidColumn} = ANY($2)";
    }

    public TableShape Shape { get; }

    public string InsertSql { get; }

    public string UpsertSql { get; }

    public string DeleteSql { get; }

    public string DeleteAllSql { get; }

    public string VacateNamesSql { get; }

    public void AddParameters(NpgsqlBatchCommand command, IReadOnlyCollection<TRow> rows)
    {
        foreach (var column in _columns)
        {
            command.Parameters.Add(column.Parameter(rows));
        }
    }
}

/// <summary>One column of one kind of record, as an array parameter.</summary>
internal abstract class PostgresColumn<TRow>
{
    public abstract NpgsqlParameter Parameter(IReadOnlyCollection<TRow> rows);

    public static PostgresColumn<TRow> Of(IProperty column)
    {
        var type = TableShape.ValueType(column);
        return type == typeof(Guid) ? new Typed<Guid>(column)
            : type == typeof(Guid?) ? new Typed<Guid?>(column)
            : type == typeof(string) ? new Typed<string?>(column)
            : type == typeof(DateTimeOffset) ? new Typed<DateTimeOffset>(column)
            : type == typeof(DateTimeOffset?) ? new Typed<DateTimeOffset?>(column)
            : type == typeof(short) ? new Typed<short>(column)
            : type == typeof(int) ? new Typed<int>(column)
            : type == typeof(int?) ? new Typed<int?>(column)
            : type == typeof(long) ? new Typed<long>(column)
            : type == typeof(bool) ? new Typed<bool>(column)
            : type == typeof(byte[]) ? new Typed<byte[]>(column)
            : throw new NotSupportedException($"{column.DeclaringType.Name}.{column.Name}: no column of {type}.");
    }

    private sealed class Typed<TValue>(IProperty column) : PostgresColumn<TRow>
    {
        private readonly Func<TRow, TValue> _read = TableShape.Reader<TRow, TValue>(column);

        public override NpgsqlParameter Parameter(IReadOnlyCollection<TRow> rows)
        {
            var values = new TValue[rows.Count];
            var index = 0;
            foreach (var row in rows)
            {
                values[index++] = _read(row);
            }

            return new NpgsqlParameter<TValue[]> { TypedValue = values };
        }
    }
}
