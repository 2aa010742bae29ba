using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeviceConsole.Core.Diagnostics;

/// <summary>Registers health and metrics of the domain.</summary>
public static class DiagnosticsServiceCollectionExtensions
{
    /// <summary>Needs the data sources and the live feed.</summary>
    public static IServiceCollection AddDomainDiagnostics(this IServiceCollection services)
    {
        services.TryAddSingleton<JobGauges>();
        services.TryAddSingleton<AlarmGauges>();
        services.TryAddSingleton<CertificateGauges>();
        services.TryAddSingleton(NodeRoles.All);
        services.TryAddSingleton<HealthProbe>();
        return services;
    }
}
