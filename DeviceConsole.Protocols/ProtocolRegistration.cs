using System.Reflection;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;
using Microsoft.AspNetCore.Routing;
using DeviceConsole.Protocols.Smi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeviceConsole.Protocols;

/// <summary>Finds the protocol modules of this assembly: a new protocol is a new folder, nothing else changes.</summary>
public static class ProtocolRegistration
{
    /// <summary>Registers every <see cref="IProtocolModule"/> of this assembly as a singleton, what they are made of, and the catalog over them.</summary>
    public static IServiceCollection AddProtocols(this IServiceCollection services)
    {
        foreach (var module in Implementations<IProtocolModule>())
            services.TryAddEnumerable(ServiceDescriptor.Singleton(typeof(IProtocolModule), module));
        foreach (var parts in Parts()) parts.Register(services);
        services.TryAddSingleton<ProtocolCatalog>();
        services.TryAddSingleton<IMibCompiler, MibCompiler>();
        return services;
    }

    /// <summary>Maps the addresses that devices call.</summary>
    public static void MapProtocols(this IEndpointRouteBuilder devices)
    {
        foreach (var parts in Parts()) parts.Map(devices);
    }

    private static IEnumerable<IProtocolParts> Parts() => Implementations<IProtocolParts>().Select(t => (IProtocolParts)Activator.CreateInstance(t)!);

    private static IEnumerable<Type> Implementations<T>() =>
        Assembly.GetExecutingAssembly().GetTypes().Where(t => t is { IsAbstract: false, IsClass: true } && t.IsAssignableTo(typeof(T)));
}
