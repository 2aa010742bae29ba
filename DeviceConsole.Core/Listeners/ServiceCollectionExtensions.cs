using Microsoft.Extensions.DependencyInjection;

namespace DeviceConsole.Core.Listeners;

/// <summary>Registers ports, TLS profiles and certificates.</summary>
public static class ListenerServiceCollectionExtensions
{
    /// <summary>Needs the data sources, the master key and <see cref="ReservedPorts"/>.</summary>
    public static IServiceCollection AddDevicePorts(this IServiceCollection services) => services
        .AddSingleton<CertificateService>()
        .AddSingleton<TlsProfileService>()
        .AddSingleton<DevicePortService>()
        .AddSingleton<PortDirectory>();
}
