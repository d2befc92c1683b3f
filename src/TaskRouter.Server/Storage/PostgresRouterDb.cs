using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Storage;

internal sealed class PostgresRouterDb(DbContextOptions<PostgresRouterDb> options) : RouterDb(options)
{
    protected override ValueConverter SidConverter(SidKind kind) => new SidGuidConverter(kind);

    // Times are whole milliseconds, so rounding to one takes away nothing but the error of a binary fraction.
    protected override SqlExpression SqlMillisecondsOf(SqlExpression instant)
    {
        var number = new DoubleTypeMapping("double precision");
        var seconds = new SqlFunctionExpression(
            "date_part", [new SqlFragmentExpression("'epoch'"), instant], nullable: false, [false, false],
            typeof(double), number);
        var milliseconds = new SqlBinaryExpression(
            ExpressionType.Multiply, seconds, new SqlConstantExpression(1_000d, number), typeof(double), number);
        return new SqlUnaryExpression(
            ExpressionType.Convert, milliseconds, typeof(long), new LongTypeMapping("bigint"));
    }

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
