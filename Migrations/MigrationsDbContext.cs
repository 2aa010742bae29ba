using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceConsole.Migrations;

/// <summary>
/// The context that EF Core's migrator works on. It has no model: the SQL files are the schema.
/// </summary>
public sealed class MigrationsDbContext(DbContextOptions<MigrationsDbContext> options) : DbContext(options)
{
    /// <summary>A context on the migrator's connection; the history table is <c>sys_migrations.history</c>, outside the schema it manages.</summary>
    public static MigrationsDbContext Create(string connectionString) =>
        new(new DbContextOptionsBuilder<MigrationsDbContext>()
            .UseNpgsql(connectionString, o => o.MigrationsAssembly(typeof(MigrationsDbContext).Assembly.GetName().Name)
                .MigrationsHistoryTable("history", "sys_migrations").CommandTimeout(600))
            .ReplaceService<IMigrationsIdGenerator, NumberedMigrationIds>()
            .Options);
}
