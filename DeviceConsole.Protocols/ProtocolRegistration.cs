using System.Reflection;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Snmp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeviceConsole.Protocols;

/// <summary>Finds the protocol modules of this assembly: a new protocol is a new folder, nothing else changes.</summary>
public static class ProtocolRegistration
{
    /// <summary>Registers every <see cref="IProtocolModule"/> of this assembly as a singleton, what they are made of, and the catalog over them.</summary>
    public static IServiceCollection AddProtocols(this IServiceCollection services)
    {
        foreach (var module in Assembly.GetExecutingAssembly().GetTypes().Where(t => t is { IsAbstract: false, IsClass: true } && t.IsAssignableTo(typeof(IProtocolModule))))
            services.TryAddEnumerable(ServiceDescriptor.Singleton(typeof(IProtocolModule), module));
        services.AddSnmp();
        services.TryAddSingleton<ProtocolCatalog>();
        return services;
    }
}
