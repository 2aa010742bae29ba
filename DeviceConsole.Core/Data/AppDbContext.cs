using Microsoft.EntityFrameworkCore;

namespace DeviceConsole.Core.Data;

/// <summary>
/// EF Core's view of one tenant's rows. Made by <see cref="TenantDbContextFactory"/>, one a unit of work, never shared.
/// The schema belongs to the migrations; this model only maps it.
/// </summary>
public sealed class AppDbContext(DbContextOptions<AppDbContext> options) : DbContext(options)
{
    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.ApplyConfigurationsFromAssembly(typeof(AppDbContext).Assembly);
}
