using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Storage;

internal sealed class PostgresRouterDb(DbContextOptions<PostgresRouterDb> options) : RouterDb(options)
{
    protected override ValueConverter SidConverter(SidKind kind) => new SidGuidConverter(kind);

    /// <summary>
    /// For <c>dotnet ef migrations add NAME -c PostgresRouterDb -o Storage/Migrations/Postgres</c>, with
    /// <c>AddingMigration=true</c> in the environment.
    /// </summary>
    internal sealed class DesignTime : IDesignTimeDbContextFactory<PostgresRouterDb>
    {
        public PostgresRouterDb CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<PostgresRouterDb>().UseNpgsql().Options);
    }
}
