using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Storage;

/// <summary>
/// One batch as it was acknowledged, for as long as it is not in its tables: see <see cref="CommitLog"/>.
/// </summary>
internal sealed class Commit
{
    public required Sid WorkspaceSid { get; init; }

    /// <summary>Counts the commits since the workspace was taken, from 1.</summary>
    public required long Position { get; init; }

    /// <summary>See <see cref="CommitCodec"/>.</summary>
    public required byte[] Data { get; init; }
}
