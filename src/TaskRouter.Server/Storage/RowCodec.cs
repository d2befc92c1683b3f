using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace TaskRouter.Server.Storage;

/// <summary>
/// One table's rows as bytes and back, column by column, each with its name and its form. So a later version, which
/// may have other columns, reads what an earlier one has written: it passes over columns that are gone, and a new
/// column has its record's default. A column that is null in all rows is left out for the same reason, and one with the
/// same value in all of them has it once.
/// </summary>
// So a record's column that may be null has to begin as null.
internal sealed class RowCodec<TRow>
    where TRow : class
{
    private readonly ColumnCodec<TRow>[] _columns;
    private readonly Func<TRow> _create;

    public RowCodec(TableShape shape)
    {
        _columns = [.. shape.Columns.Select(ColumnCodec<TRow>.Of)];
        _create = Expression.Lambda<Func<TRow>>(Expression.New(typeof(TRow))).Compile();
    }

    public void Write(ByteWriter to, IReadOnlyCollection<TRow> rows)
    {
        to.Write7BitEncoded(rows.Count);
        if (rows.Count == 0)
        {
            return;
        }

        TRow[] all = [.. rows];
        Span<Spread> spreads = stackalloc Spread[_columns.Length];
        var written = 0;
        for (var index = 0; index < spreads.Length; index++)
        {
            spreads[index] = _columns[index].SpreadOver(all);
            written += spreads[index] == Spread.Nothing ? 0 : 1;
        }

        to.Write7BitEncoded(written);
        for (var index = 0; index < spreads.Length; index++)
        {
            if (spreads[index] != Spread.Nothing)
            {
                _columns[index].Write(to, all, spreads[index]);
            }
        }
    }

    /// <exception cref="InvalidDataException">A column's form has changed, or the bytes are no rows.</exception>
    public TRow[] Read(BinaryReader from)
    {
        var rows = new TRow[from.Read7BitEncodedInt()];
        if (rows.Length == 0)
        {
            return rows;
        }

        for (var index = 0; index < rows.Length; index++)
        {
            rows[index] = _create();
        }

        for (var left = from.Read7BitEncodedInt(); left > 0; left--)
        {
            var (name, head) = (from.ReadString(), from.ReadByte());
            var form = (ValueForm)(head & ~ColumnCodec<TRow>.SameInAll);
            var isSame = (head & ColumnCodec<TRow>.SameInAll) != 0;
            if (Array.Find(_columns, column => column.Name == name) is not { } column)
            {
                ValueCodec.Skip(from, form, isSame ? 1 : rows.Length);
            }
            else if (column.Form == form)
            {
                column.Read(from, rows, isSame);
            }
            else
            {
                throw new InvalidDataException($"{typeof(TRow).Name}: {name} was written as {form}.");
            }
        }

        return rows;
    }
}

/// <summary>What the values of one column have in common.</summary>
internal enum Spread : byte
{
    Varied,

    /// <summary>All are the same.</summary>
    Same,

    /// <summary>All are null.</summary>
    Nothing,
}

/// <summary>One column of one kind of record.</summary>
internal abstract class ColumnCodec<TRow>(IProperty column, ValueForm form)
{
    /// <summary>Beside the form of a column that has one value for all rows. On disk, so it is for ever.</summary>
    public const byte SameInAll = 0x80;

    public string Name { get; } = column.GetColumnName();

    public ValueForm Form { get; } = form;

    public abstract Spread SpreadOver(TRow[] rows);

    public abstract void Write(ByteWriter to, TRow[] rows, Spread spread);

    public abstract void Read(BinaryReader from, TRow[] rows, bool isSame);

    public static ColumnCodec<TRow> Of(IProperty column) => (ColumnCodec<TRow>)Activator.CreateInstance(
        typeof(Typed<>).MakeGenericType(typeof(TRow), TableShape.ValueType(column)), column)!;

    private sealed class Typed<TValue>(IProperty column) : ColumnCodec<TRow>(column, ValueCodec.FormOf(typeof(TValue)))
    {
        private readonly Func<TRow, TValue> _read = TableShape.Reader<TRow, TValue>(column);
        private readonly Action<TRow, TValue> _assign = TableShape.Setter<TRow, TValue>(column);
        private readonly Action<ByteWriter, TValue> _write = ValueCodec.WriterOf<TValue>();

        public override Spread SpreadOver(TRow[] rows)
        {
            var first = _read(rows[0]);
            for (var index = 1; index < rows.Length; index++)
            {
                if (!EqualityComparer<TValue>.Default.Equals(first, _read(rows[index])))
                {
                    return Spread.Varied;
                }
            }

            return first is null ? Spread.Nothing : Spread.Same;
        }

        public override void Write(ByteWriter to, TRow[] rows, Spread spread)
        {
            to.Write(Name);
            to.Write((byte)((byte)Form | (spread == Spread.Same ? SameInAll : 0)));
            foreach (var row in spread == Spread.Same ? rows.AsSpan(0, 1) : rows)
            {
                _write(to, _read(row));
            }
        }

        public override void Read(BinaryReader from, TRow[] rows, bool isSame)
        {
            var value = isSame ? ValueCodec.Read<TValue>(from) : default;
            foreach (var row in rows)
            {
                _assign(row, isSame ? value! : ValueCodec.Read<TValue>(from));
            }
        }
    }
}

/// <summary>How a value is written. The numbers are on disk, so they are for ever.</summary>
internal enum ValueForm : byte
{
    Number = 1,
    Text = 2,
    Bytes = 3,
    Guid = 4,
    Instant = 5,
}

/// <summary>Values as bytes: one that says whether there is a value, then the value.</summary>
internal static class ValueCodec
{
    private static readonly Dictionary<Type, Delegate> Writers = new();

    static ValueCodec()
    {
        Add<bool>(static (to, flag) => to.Write7BitEncoded(flag ? 1 : 0));
        Add<short>(static (to, number) => to.Write7BitEncoded(number));
        Add<int>(static (to, number) => to.Write7BitEncoded(number));
        Add<long>(static (to, number) => to.Write7BitEncoded(number));
        Add<Guid>(static (to, guid) => to.Write(guid));
        Add<DateTimeOffset>(static (to, instant) => to.Write(instant.UtcTicks));
        AddReference<string>(static (to, text) => to.Write(text));
        AddReference<byte[]>(static (to, bytes) =>
        {
            to.Write7BitEncoded(bytes.Length);
            to.Write(bytes);
        });
    }

    public static ValueForm FormOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var one when one == typeof(string) => ValueForm.Text,
        var one when one == typeof(byte[]) => ValueForm.Bytes,
        var one when one == typeof(Guid) => ValueForm.Guid,
        var one when one == typeof(DateTimeOffset) => ValueForm.Instant,
        var one when one == typeof(short) || one == typeof(int) || one == typeof(long) || one == typeof(bool) =>
            ValueForm.Number,
        _ => throw new NotSupportedException($"No form for {type}."),
    };

    // Found once for each column: a value that is looked at to see what it is would be boxed first.
    public static Action<ByteWriter, TValue> WriterOf<TValue>() => (Action<ByteWriter, TValue>)Writers[typeof(TValue)];

    public static TValue Read<TValue>(BinaryReader from)
    {
        if (!from.ReadBoolean())
        {
            return default!;
        }

        var type = Nullable.GetUnderlyingType(typeof(TValue)) ?? typeof(TValue);
        return (TValue)(FormOf(type) switch
        {
            ValueForm.Text => from.ReadString(),
            ValueForm.Bytes => from.ReadBytes(from.Read7BitEncodedInt()),
            ValueForm.Guid => new Guid(from.ReadBytes(16)),
            ValueForm.Instant => new DateTimeOffset(from.ReadInt64(), TimeSpan.Zero),
            _ => ToNumber(from.Read7BitEncodedInt64(), type),
        });
    }

    public static void Skip(BinaryReader from, ValueForm form, int count)
    {
        for (; count > 0; count--)
        {
            _ = form switch
            {
                ValueForm.Number => Read<long?>(from),
                ValueForm.Text => Read<string?>(from),
                ValueForm.Bytes => Read<byte[]?>(from),
                ValueForm.Guid => Read<Guid?>(from),
                ValueForm.Instant => (object?)Read<DateTimeOffset?>(from),
                _ => throw new InvalidDataException($"No values of form {form} are known."),
            };
        }
    }

    private static object ToNumber(long value, Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => value != 0,
        TypeCode.Int16 => checked((short)value),
        TypeCode.Int32 => checked((int)value),
        _ => value,
    };

    private static void Add<TValue>(Action<ByteWriter, TValue> write)
        where TValue : struct
    {
        Writers[typeof(TValue)] = (ByteWriter to, TValue value) =>
        {
            to.Write(true);
            write(to, value);
        };
        Writers[typeof(TValue?)] = (ByteWriter to, TValue? optional) =>
        {
            to.Write(optional.HasValue);
            if (optional is { } value)
            {
                write(to, value);
            }
        };
    }

    private static void AddReference<TValue>(Action<ByteWriter, TValue> write)
        where TValue : class => Writers[typeof(TValue)] = (ByteWriter to, TValue? optional) =>
    {
        to.Write(optional is not null);
        if (optional is { } value)
        {
            write(to, value);
        }
    };
}
