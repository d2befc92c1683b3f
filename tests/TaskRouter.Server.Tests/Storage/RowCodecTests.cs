using System.Text;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Statistics;
using TaskRouter.Server.Storage;
using Xunit;

namespace TaskRouter.Server.Tests.Storage;

/// <summary>Rows that another version of the server has written.</summary>
public sealed class RowCodecTests
{
    private static readonly DbContextOptions<PostgresRouterDb> Options =
        new DbContextOptionsBuilder<PostgresRouterDb>().UseNpgsql().Options;

    private readonly RowCodec<WorkerChannel> _codec;

    public RowCodecTests()
    {
        using var db = new PostgresRouterDb(Options);
        _codec = new RowCodec<WorkerChannel>(TableShape.Of(db.Model, typeof(WorkerChannel)));
    }

    [Fact]
    public void A_column_that_is_gone_is_passed_over_and_a_new_one_has_its_records_default()
    {
        var rows = _codec.Read(Written(to =>
        {
            WriteGone(to, "number", ValueForm.Number, -5L);
            WriteGone(to, "text", ValueForm.Text, "gone");
            WriteGone(to, "bytes", ValueForm.Bytes, new byte[] { 1, 2 });
            WriteGone(to, "guid", ValueForm.Guid, Guid.NewGuid());
            WriteGone(to, "instant", ValueForm.Instant, DateTimeOffset.UtcNow);
            WriteGone<string?>(to, "nothing", ValueForm.Text, null);
            WriteGone(to, "version", ValueForm.Number, 12);
        }, columns: 7));

        rows.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            row => row.Version.ShouldBe(12),
            row => row.ConfiguredCapacity.ShouldBe(1),
            row => row.Available.ShouldBeTrue());
    }

    [Fact]
    public void A_column_of_another_form_is_refused()
    {
        Should.Throw<InvalidDataException>(() => _codec.Read(
            Written(to => WriteGone(to, "version", ValueForm.Text, "twelve"), columns: 1)))
            .Message.ShouldBe("WorkerChannel: version was written as Text.");
    }

    [Fact]
    public void A_value_that_all_rows_have_is_written_once_and_null_not_at_all()
    {
        using var db = new PostgresRouterDb(Options);
        var facts = new RowCodec<Fact>(TableShape.Of(db.Model, typeof(Fact)));
        Fact[] rows = [.. Enumerable.Range(1, 50).Select(number => new Fact
        {
            WorkspaceSid = new Sid(SidKind.Workspace, 1, 1),
            Kind = FactKind.TaskCanceled,
            At = new DateTimeOffset(2026, 11, 26, 8, 0, 0, TimeSpan.Zero),
            Sequence = number,
            TaskQueueSid = new Sid(SidKind.TaskQueue, 2, 2),
            WorkflowSid = new Sid(SidKind.Workflow, 3, 3),
            TaskChannelSid = new Sid(SidKind.TaskChannel, 4, 4),
            TaskSid = new Sid(SidKind.Task, 5, 5),
            WaitSeconds = 7,
        })];
        var (one, all) = (new ByteWriter(capacity: 1), new ByteWriter(capacity: 1));
        facts.Write(one, rows[..1]);
        facts.Write(all, rows);

        facts.Read(new BinaryReader(new MemoryStream(all.Written.ToArray()))).ShouldBe(rows);

        // Of each row more, whether there is a sequence, and that.
        (all.Length - one.Length).ShouldBe(2 * (rows.Length - 1));
        Encoding.UTF8.GetString(all.Written).ShouldNotContain("worker_sid");
    }

    [Fact]
    public void A_value_that_all_rows_have_is_passed_over_with_its_column()
    {
        var rows = _codec.Read(Written(to =>
        {
            WriteGone(to, "gone", ValueForm.Number, 5L, ColumnCodec<WorkerChannel>.SameInAll);
            WriteGone(to, "version", ValueForm.Number, 12, ColumnCodec<WorkerChannel>.SameInAll);
        }, columns: 2, rows: 3));

        rows.Select(row => row.Version).ShouldBe([12, 12, 12]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("BAAAAP////8=")]
    public void Bytes_that_were_not_packed_here_are_refused(string base64) =>
        Should.Throw<InvalidDataException>(() => PackedBytes.Unpack(Convert.FromBase64String(base64)));

    [Fact]
    public void A_commit_of_a_later_format_is_refused()
    {
        using var db = new PostgresRouterDb(Options);
        var codec = new CommitCodec(db.Model);
        var rows = new ProjectedRows();
        var commit = new Commit
        {
            WorkspaceSid = default,
            Position = 3,
            Data = codec.Write(default, new Changes(), new HistoryRows()),
        };
        codec.Read(commit, rows);
        (rows.Count, rows.LastPosition).ShouldBe((0, 3));
        var later = new Commit { WorkspaceSid = default, Position = 4, Data = PackedBytes.Pack([3]) };

        Should.Throw<InvalidDataException>(() => codec.Read(later, rows));
    }

    [Fact]
    public void A_commit_of_the_first_format_is_read()
    {
        using var db = new PostgresRouterDb(Options);
        var rows = new ProjectedRows();
        var channels = Written(to => WriteGone(to, "version", ValueForm.Number, 12), columns: 1).ReadBytes(100);
        byte[] bytes = [1, 0, .. channels, 0, 0, 0, 0, 0, 0, 0];

        new CommitCodec(db.Model).Read(
            new Commit { WorkspaceSid = default, Position = 3, Data = PackedBytes.Pack(bytes) }, rows);

        rows.WorkerChannels.Values.ShouldHaveSingleItem().Version.ShouldBe(12);
    }

    [Fact]
    public void A_key_of_events_in_a_commit_of_the_first_format_on_SQLite_is_read()
    {
        using var db = new SqliteRouterDb(new DbContextOptionsBuilder<SqliteRouterDb>().UseSqlite().Options);
        var task = new Sid(SidKind.Task, 0x0192A7C4E5F67A8B, 0x9C0D1E2F3A4B5C6D);
        var rows = new ProjectedRows();
        var keys = Written(to =>
        {
            WriteGone(to, "of_bits", ValueForm.Bytes, task.ToGuid().ToByteArray());
            WriteGone(to, "blocks", ValueForm.Bytes, new byte[] { 7 });
        }, columns: 2).ReadBytes(100);
        byte[] bytes = [1, 0, 0, 0, 0, 0, .. keys, 0, 0, 0];

        new CommitCodec(db.Model).Read(
            new Commit { WorkspaceSid = default, Position = 3, Data = PackedBytes.Pack(bytes) }, rows);

        rows.Keys.ShouldHaveSingleItem().Key.ShouldBe(task.ToGuid());
    }

    private static BinaryReader Written(Action<ByteWriter> write, int columns, int rows = 1)
    {
        var to = new ByteWriter(capacity: 1);
        to.Write7BitEncoded(rows);
        to.Write7BitEncoded(columns);
        write(to);
        return new BinaryReader(new MemoryStream(to.Written.ToArray()));
    }

    private static void WriteGone<TValue>(
        ByteWriter to, string name, ValueForm form, TValue value, byte flags = 0)
    {
        to.Write(name);
        to.Write((byte)((byte)form | flags));
        ValueCodec.WriterOf<TValue>()(to, value);
    }
}
