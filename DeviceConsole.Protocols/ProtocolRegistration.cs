using System.Reflection;
using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.DependencyInjection;

namespace DeviceConsole.Protocols;

/// <summary>Finds the protocol modules of this assembly: a new protocol is a new folder, nothing else changes.</summary>
public static class ProtocolRegistration
{
    /// <summary>Registers every <see cref="IProtocolModule"/> of this assembly as a singleton, and the catalog over them.</summary>
    public static IServiceCollection AddProtocols(this IServiceCollection services)
    {
        foreach (var module in Assembly.GetExecutingAssembly().GetTypes().Where(t => t is { IsAbstract: false, IsClass: true } && t.IsAssignableTo(typeof(IProtocolModule))))
            services.AddSingleton(typeof(IProtocolModule), module);
        return services.AddSingleton<ProtocolCatalog>();
    }
}
