using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Storage;

/// <summary>
/// Which blocks tell of one task or worker, among those that were committed one after the other: one row for each
/// transaction that puts commits into their tables.
/// </summary>
internal sealed record EventKey
{
    public required Sid WorkspaceSid { get; init; }

    /// <summary>The 128 bits of the task's or worker's SID.</summary>
    public required Guid OfBits { get; init; }

    /// <summary>Of the last event that tells of it.</summary>
    public required DateTimeOffset At { get; init; }

    public required long LastSequence { get; init; }

    /// <summary>
    /// First sequences of the blocks, in rising order, each as its distance from the one before, in seven bits a byte.
    /// </summary>
    public required byte[] Blocks { get; init; }

    public static EventKey Of(Sid workspaceSid, Guid key, KeyedBlocks blocks) => new()
    {
        WorkspaceSid = workspaceSid,
        OfBits = key,
        At = blocks.At,
        LastSequence = blocks.LastSequence,
        Blocks = Pack(blocks.FirstSequences),
    };

    public List<long> FirstSequences()
    {
        using var from = new BinaryReader(new MemoryStream(Blocks));
        var sequences = new List<long>();
        for (var last = 0L; from.BaseStream.Position < Blocks.Length;)
        {
            sequences.Add(last += from.Read7BitEncodedInt64());
        }

        return sequences;
    }

    private static byte[] Pack(List<long> sequences)
    {
        var (to, last) = (new ByteWriter(2 * sequences.Count + 8), 0L);
        foreach (var sequence in sequences)
        {
            to.Write7BitEncoded(sequence - last);
            last = sequence;
        }

        return to.Written.ToArray();
    }
}

/// <summary>The same while it grows.</summary>
internal sealed class KeyedBlocks
{
    public List<long> FirstSequences { get; private set; } = [];

    public long LastSequence { get; private set; }

    public DateTimeOffset At { get; private set; }

    public void Add(long firstSequence, long sequence, DateTimeOffset at)
    {
        if (FirstSequences.Count == 0 || FirstSequences[^1] != firstSequence)
        {
            FirstSequences.Add(firstSequence);
        }

        (LastSequence, At) = (sequence, at);
    }

    /// <summary>Adds those of later commits.</summary>
    public void Add(KeyedBlocks later)
    {
        FirstSequences.AddRange(later.FirstSequences);
        (LastSequence, At) = (later.LastSequence, later.At);
    }

    public static KeyedBlocks Of(EventKey row) => new()
    {
        FirstSequences = row.FirstSequences(),
        LastSequence = row.LastSequence,
        At = row.At,
    };
}
