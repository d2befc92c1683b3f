using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;
using TaskRouter.Server.Journal;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Storage;

/// <summary>Which kind of SID a column holds, so that the prefix need not be stored with the 128 bits.</summary>
internal static class StoredSids
{
    private const string Suffix = "Sid";

    /// <summary>The kind that the property's name ends with; null when it differs from row to row.</summary>
    public static SidKind? KindOf(Type row, string property)
    {
        if ((row, property)
            is (Type { Name: nameof(EventRecord) }, nameof(EventRecord.ResourceSid) or nameof(EventRecord.ActorSid))
            or (Type { Name: nameof(FactHour) }, nameof(FactHour.OfSid))
            or (Type { Name: nameof(TaskTransfer) }, nameof(TaskTransfer.TransferTo))
            or (Type { Name: nameof(Alert) }, nameof(Alert.ResourceSid)))
        {
            return null;
        }

        var name = property == Suffix ? row.Name : property[..^Suffix.Length];
        foreach (var kind in Enum.GetValues<SidKind>())
        {
            if (kind != SidKind.None && name.EndsWith(kind.ToString(), StringComparison.Ordinal))
            {
                return kind;
            }
        }

        return name switch
        {
            nameof(EventRecord) => SidKind.Event,
            _ => throw new NotSupportedException($"{row.Name}.{property} does not say which kind of SID it holds."),
        };
    }
}

/// <summary>Postgres: a <c>uuid</c>. All zeros stand for no SID.</summary>
internal sealed class SidGuidConverter(SidKind kind) : ValueConverter<Sid, Guid>(
    sid => sid.ToGuid(), value => value == Guid.Empty ? default : Sid.FromGuid(kind, value));

/// <summary>SQLite: a BLOB of 16 bytes, which sorts as the SID does. All zeros stand for no SID.</summary>
internal sealed class SidBytesConverter(SidKind kind) : ValueConverter<Sid, byte[]>(
    sid => sid.ToBytes(), value => FromBytes(kind, value))
{
    private static Sid FromBytes(SidKind kind, byte[] value)
    {
        var sid = Sid.FromBytes(kind, value);
        return sid is { High: 0, Low: 0 } ? default : sid;
    }
}

/// <summary>The whole SID as text, for a column of several kinds.</summary>
internal sealed class SidTextConverter() : ValueConverter<Sid, string>(sid => sid.ToString(), text => Parse(text))
{
    private static Sid Parse(string text) => Sid.TryParse(text, out var sid) ? sid : default;
}
