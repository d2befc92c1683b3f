using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Storage;

internal sealed class SqliteRouterDb(DbContextOptions<SqliteRouterDb> options) : RouterDb(options)
{
    protected override ValueConverter SidConverter(SidKind kind) => new SidBytesConverter(kind);

    protected override SqlExpression SqlMillisecondsOf(SqlExpression instant) =>
        new SqlUnaryExpression(ExpressionType.Convert, instant, typeof(long), new LongTypeMapping("INTEGER"));

    protected override void ConfigureConventions(ModelConfigurationBuilder configuration)
    {
        base.ConfigureConventions(configuration);
        configuration.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
        configuration.Properties<Guid>().HaveConversion<BytesInOrder>();
    }

    /// <summary>
    /// For <c>dotnet ef migrations add NAME -c SqliteRouterDb -o Storage/Migrations/Sqlite</c>, with
    /// <c>AddingMigration=true</c> in the environment.
    /// </summary>
    internal sealed class DesignTime : IDesignTimeDbContextFactory<SqliteRouterDb>
    {
        public SqliteRouterDb CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<SqliteRouterDb>().UseSqlite().Options);
    }

    // SQLite has no type for an instant. Our times are whole milliseconds, and integers compare as the times do.
    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        instant => instant.ToUnixTimeMilliseconds(), value => DateTimeOffset.FromUnixTimeMilliseconds(value));

    // As Postgres compares them, and as our SIDs do: what is made one after the other lies side by side in an index.
    private sealed class BytesInOrder() : ValueConverter<Guid, byte[]>(
        guid => guid.ToByteArray(true), bytes => new Guid(bytes, true));
}
