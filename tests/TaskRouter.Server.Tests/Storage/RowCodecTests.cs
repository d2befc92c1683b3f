using Microsoft.EntityFrameworkCore;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
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
        var later = new Commit { WorkspaceSid = default, Position = 4, Data = PackedBytes.Pack([2]) };

        Should.Throw<InvalidDataException>(() => codec.Read(later, rows));
    }

    private static BinaryReader Written(Action<ByteWriter> write, int columns)
    {
        var to = new ByteWriter(capacity: 1);
        to.Write7BitEncoded(1);
        to.Write7BitEncoded(columns);
        write(to);
        return new BinaryReader(new MemoryStream(to.Written.ToArray()));
    }

    private static void WriteGone<TValue>(ByteWriter to, string name, ValueForm form, TValue value)
    {
        to.Write(name);
        to.Write((byte)form);
        ValueCodec.WriterOf<TValue>()(to, value);
    }
}
