using DeviceConsole.Core.Credentials;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeviceConsole.Core.Devices;

/// <summary>Registers the services of devices and their parameters.</summary>
public static class DeviceServiceCollectionExtensions
{
    /// <summary>Needs <see cref="Data.DataSources"/>, <see cref="Secrets.MasterKey"/> and the protocol modules.</summary>
    public static IServiceCollection AddDevices(this IServiceCollection services)
    {
        services.TryAddSingleton<ProtocolCatalog>();
        services.TryAddSingleton<DeviceSecrets>();
        services.TryAddSingleton<SecretCheck>();
        services.TryAddSingleton<DeviceService>();
        services.TryAddSingleton<CredentialTemplateService>();
        services.TryAddSingleton<ParameterService>();
        services.TryAddSingleton<ParameterTree>();
        return services;
    }
}
