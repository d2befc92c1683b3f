using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Storage;

/// <summary>One transaction of one workspace being written, in the words of one of the two databases.</summary>
internal interface IBatch
{
    /// <summary>
    /// Proves the workspace's epoch, holds it until the commit, and notes the last event. Takes back what was said of
    /// added-up hours from the one on that has the batch's first fact: see <see cref="AddedHours"/>.
    /// </summary>
    /// <exception cref="OwnershipLostException">Thrown here or by the commit: it has another, or is gone.</exception>
    void Claim(long epoch, EventPlace? lastEvent, DateTimeOffset? firstFactHour);

    /// <summary>A change of one row. When there is no such row, nothing of the batch is written.</summary>
    /// <exception cref="OwnershipLostException">Thrown here or by the commit: there was none.</exception>
    void Expect(SqlStatement change);

    void Execute(SqlStatement statement);

    void Insert<TRow>(IReadOnlyCollection<TRow> rows)
        where TRow : class;

    /// <summary>Inserts or replaces by key.</summary>
    void Upsert<TRow>(IReadOnlyCollection<TRow> rows)
        where TRow : class;

    void Delete<TRow>(IReadOnlyCollection<Sid> sids)
        where TRow : class;

    void DeleteVersions(IReadOnlyCollection<(Sid WorkflowSid, int Version)> versions);

    /// <summary>Commits up to and with this one.</summary>
    void DeleteCommits(long lastPosition);

    /// <summary>Everything of the workspace in one table.</summary>
    void DeleteAll<TRow>()
        where TRow : class;

    /// <summary>Gives up the names of rows about to be written, so that they can swap them in any order.</summary>
    void VacateNames<TRow>(IReadOnlyCollection<Sid> sids)
        where TRow : class;
}
