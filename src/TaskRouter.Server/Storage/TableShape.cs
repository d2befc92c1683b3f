using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace TaskRouter.Server.Storage;

/// <summary>
/// One table as the batch writers need it, read from EF's model: names, SQL that both databases share, and how a
/// record's property becomes a column's value.
/// </summary>
internal sealed class TableShape
{
    public const string WorkspaceColumn = "workspace_sid";
    public const string SidColumn = "sid";
    public const string NameKeyColumn = "name_key";

    private TableShape(IEntityType entity)
    {
        Name = Quote(entity.GetTableName()!);

        // Shadow properties are columns that the record does not carry: the workspace's epoch.
        Columns = [.. entity.GetProperties().Where(property => !property.IsShadowProperty())];
        var keys = entity.FindPrimaryKey()!.Properties.Select(key => Quote(key.GetColumnName())).ToArray();
        var names = Columns.Select(column => Quote(column.GetColumnName())).ToArray();
        InsertInto = $"INSERT INTO {Name} ({string.Join(", ", names)})";
        var values = names.Except(keys, StringComparer.Ordinal).Select(name => $"{name} = excluded.{name}");
        OnConflictUpdate = $"ON CONFLICT ({string.Join(", ", keys)}) DO UPDATE SET {string.Join(", ", values)}";
    }

    /// <summary>Quoted, as all names here: EF's own SQL may use a keyword as a name, and so may ours.</summary>
    public string Name { get; }

    public IReadOnlyList<IProperty> Columns { get; }

    /// <summary>Up to and including the column names.</summary>
    public string InsertInto { get; }

    public string OnConflictUpdate { get; }

    public static TableShape Of(IModel model, Type row) => new(model.FindEntityType(row)!);

    /// <summary>The CLR type of what a column holds, nullable where the column is.</summary>
    public static Type ValueType(IProperty column)
    {
        var type = column.GetTypeMapping().Converter?.ProviderClrType ?? column.ClrType;
        return type.IsValueType && column.IsNullable && Nullable.GetUnderlyingType(type) is null
            ? typeof(Nullable<>).MakeGenericType(type)
            : type;
    }

    /// <summary>Record to column value, EF's converter built in: one delegate call and no boxing.</summary>
    public static Func<TRow, TValue> Reader<TRow, TValue>(IProperty column)
    {
        var row = Expression.Parameter(typeof(TRow), "row");
        var value = Expression.Property(row, column.PropertyInfo!);
        return Expression.Lambda<Func<TRow, TValue>>(Convert(value, column, typeof(TValue)), row).Compile();
    }

    /// <summary>The way back.</summary>
    public static Action<TRow, TValue> Setter<TRow, TValue>(IProperty column)
    {
        var row = Expression.Parameter(typeof(TRow), "row");
        var value = Expression.Parameter(typeof(TValue), "value");
        var target = Expression.Property(row, column.PropertyInfo!);
        var assign = Expression.Assign(target, ConvertBack(value, column, target.Type));
        return Expression.Lambda<Action<TRow, TValue>>(assign, row, value).Compile();
    }

    private static string Quote(string name) => $"\"{name}\"";

    private static Expression Convert(Expression value, IProperty column, Type target)
    {
        if (column.GetTypeMapping().Converter is not { } converter)
        {
            return value;
        }

        if (Nullable.GetUnderlyingType(value.Type) is null)
        {
            return Expression.Invoke(converter.ConvertToProviderExpression, value);
        }

        var inner = Expression.Invoke(
            converter.ConvertToProviderExpression,
            Expression.Property(value, nameof(Nullable<>.Value)));
        return Expression.Condition(
            Expression.Property(value, nameof(Nullable<>.HasValue)),
            Expression.Convert(inner, target),
            Expression.Default(target));
    }

    private static Expression ConvertBack(Expression value, IProperty column, Type target)
    {
        if (column.GetTypeMapping().Converter is not { } converter)
        {
            return value;
        }

        Expression Back(Expression one) => Expression.Convert(
            Expression.Invoke(converter.ConvertFromProviderExpression, one), target);

        var isNullable = Nullable.GetUnderlyingType(value.Type) is not null;
        if (!isNullable && (value.Type.IsValueType || Nullable.GetUnderlyingType(target) is null))
        {
            return Back(value);
        }

        return Expression.Condition(
            Expression.Equal(value, Expression.Constant(null, value.Type)),
            Expression.Default(target),
            Back(isNullable ? Expression.Property(value, nameof(Nullable<>.Value)) : value));
    }
}
