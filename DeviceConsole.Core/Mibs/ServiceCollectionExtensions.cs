using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeviceConsole.Core.Mibs;

/// <summary>Registers the MIB library.</summary>
public static class MibServiceCollectionExtensions
{
    /// <summary>Needs <see cref="Data.DataSources"/>, <see cref="Live.ChangeFeed"/>, the protocol modules and an <see cref="IMibCompiler"/>.</summary>
    public static IServiceCollection AddMibs(this IServiceCollection services)
    {
        services.TryAddSingleton<MibCache>();
        services.TryAddSingleton<MibUploads>();
        services.TryAddSingleton<MibLibrary>();
        services.TryAddSingleton<MibRevisions>();
        services.TryAddSingleton<MibBrowser>();
        services.TryAddSingleton<ObjectReader>();
        services.TryAddSingleton<ParameterNames>();
        return services;
    }
}
