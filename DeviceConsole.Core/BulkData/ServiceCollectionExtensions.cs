using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeviceConsole.Core.BulkData;

/// <summary>Registers bulk data.</summary>
public static class BulkDataServiceCollectionExtensions
{
    /// <summary>Needs files, devices and the job engine's services.</summary>
    public static IServiceCollection AddBulkData(this IServiceCollection services)
    {
        services.TryAddSingleton<BulkStore>();
        services.TryAddSingleton<IBulkDesk, BulkDesk>();
        services.TryAddSingleton(s => new BulkService(
            s.GetRequiredService<DataSources>(), s.GetRequiredService<ProtocolCatalog>(), s.GetRequiredService<JobService>(), s.GetRequiredService<BulkStore>(), s.GetRequiredService<TimeProvider>()));
        return services;
    }
}
