using Npgsql;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Storage;

/// <summary>Collects a batch's statements for one round trip.</summary>
internal sealed class PostgresBatch(NpgsqlBatch batch, PostgresTables tables, Sid workspaceSid) : IBatch
{
    public const string NotOwnerState = PostgresErrorCodes.DivisionByZero;

    private readonly Guid _workspace = workspaceSid.ToGuid();

    // Nobody looks at the row count until all statements have run, so a change that meets no row has to fail by itself:
    // it divides by the number of rows. No other statement divides.
    private static string Expecting(string change) =>
        $"WITH changed AS ({change} RETURNING 1) SELECT 1 / count(*) FROM changed";

    // The lock on the row lasts until the commit, so a process that raises the epoch waits for this batch, or this
    // batch for it. least() passes over nulls.
    private static string ClaimSql(string workspaces) =>
        Expecting($"UPDATE {workspaces} SET "
            + "last_event_sequence = coalesce($3, last_event_sequence), last_event_sid = coalesce($4, last_event_sid), "
            + "hours_before = least(hours_before, $5), hours_under_way = least(hours_under_way, $5) "
            + $"WHERE {TableShape.WorkspaceColumn} = $1 AND epoch = $2");

    public static NpgsqlParameter ParameterOf(object value) => value switch
    {
        Sid sid => new NpgsqlParameter<Guid> { TypedValue = sid.ToGuid() },
        DateTimeOffset instant => new NpgsqlParameter<DateTimeOffset> { TypedValue = instant },
        long number => new NpgsqlParameter<long> { TypedValue = number },
        _ => throw new NotSupportedException($"No parameter of {value.GetType()}."),
    };

    public void Claim(long epoch, EventPlace? lastEvent, DateTimeOffset? firstFactHour)
    {
        var command = Add(ClaimSql(tables.Of<Workspace>().Shape.Name));
        AddWorkspace(command);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = epoch });
        command.Parameters.Add(new NpgsqlParameter<long?> { TypedValue = lastEvent?.Sequence });
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = lastEvent?.Sid.ToGuid() });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset?> { TypedValue = firstFactHour });
    }

    public void Expect(SqlStatement change) => Add(change with { Text = Expecting(change.Text) });

    public void Execute(SqlStatement statement) => Add(statement);

    public void Insert<TRow>(IReadOnlyCollection<TRow> rows)
        where TRow : class
    {
        if (rows.Count > 0)
        {
            var table = tables.Of<TRow>();
            table.AddParameters(Add(table.InsertSql), rows);
        }
    }

    public void Upsert<TRow>(IReadOnlyCollection<TRow> rows)
        where TRow : class
    {
        if (rows.Count > 0)
        {
            var table = tables.Of<TRow>();
            table.AddParameters(Add(table.UpsertSql), rows);
        }
    }

    public void Delete<TRow>(IReadOnlyCollection<Sid> sids)
        where TRow : class => AddSids(tables.Of<TRow>().DeleteSql, sids);

    public void VacateNames<TRow>(IReadOnlyCollection<Sid> sids)
        where TRow : class => AddSids(tables.Of<TRow>().VacateNamesSql, sids);

    public void DeleteAll<TRow>()
        where TRow : class => AddWorkspace(Add(tables.Of<TRow>().DeleteAllSql));

    public void DeleteVersions(IReadOnlyCollection<(Sid WorkflowSid, int Version)> versions)
    {
        if (versions.Count == 0)
        {
            return;
        }

        var table = tables.Of<WorkflowVersion>();
        var command = Add($"{table.DeleteAllSql} AND (workflow_sid, version) IN (SELECT * FROM unnest($2, $3))");
        AddWorkspace(command);
        var workflows = versions.Select(version => version.WorkflowSid.ToGuid()).ToArray();
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = workflows });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. versions.Select(one => one.Version)] });
    }

    public void DeleteCommits(long lastPosition)
    {
        var command = Add($"{tables.Of<Commit>().DeleteAllSql} AND position <= $2");
        AddWorkspace(command);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = lastPosition });
    }

    private void AddSids(string sql, IReadOnlyCollection<Sid> sids)
    {
        if (sids.Count > 0)
        {
            var command = Add(sql);
            AddWorkspace(command);
            var values = sids.Select(sid => sid.ToGuid()).ToArray();
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = values });
        }
    }

    private void Add(SqlStatement statement)
    {
        var command = Add(statement.Text);
        foreach (var value in statement.Values)
        {
            command.Parameters.Add(ParameterOf(value));
        }
    }

    private NpgsqlBatchCommand Add(string sql)
    {
        var command = new NpgsqlBatchCommand(sql);
        batch.BatchCommands.Add(command);
        return command;
    }

    private void AddWorkspace(NpgsqlBatchCommand command) =>
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = _workspace });
}
