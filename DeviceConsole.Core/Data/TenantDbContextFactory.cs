using Microsoft.EntityFrameworkCore;

namespace DeviceConsole.Core.Data;

/// <summary>Makes contexts that see one tenant.</summary>
public sealed class TenantDbContextFactory(DataSources dataSources)
{
    /// <summary>A new context for one unit of work on behalf of <paramref name="tenant"/>.</summary>
    public AppDbContext Create(Guid tenant) => new(Options(tenant));

    /// <summary>The options of <see cref="Create"/>, for stock components that make the context themselves.</summary>
    public DbContextOptions<AppDbContext> Options(Guid tenant) =>
        new DbContextOptionsBuilder<AppDbContext>()
            .UseNpgsql(dataSources.App)
            .AddInterceptors(new TenantInterceptor(tenant))
            .Options;
}
