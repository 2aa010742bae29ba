using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeviceConsole.Core.Mibs;

/// <summary>Registers the MIB library.</summary>
public static class MibServiceCollectionExtensions
{
    /// <summary>
    /// The library for pages and the API, and, where this node <paramref name="compiles"/> uploads, their runner. Needs <see cref="Data.DataSources"/>,
    /// <see cref="Live.ChangeFeed"/>, the protocol modules and an <see cref="IMibCompiler"/>; options come from the section <c>Mibs</c>.
    /// </summary>
    public static IServiceCollection AddMibs(this IServiceCollection services, bool compiles = true)
    {
        services.AddOptions<MibOptions>().BindConfiguration("Mibs");
        services.TryAddSingleton<MibUploadDesk>();
        services.TryAddSingleton<MibCache>();
        services.TryAddSingleton<MibUploads>();
        services.TryAddSingleton<MibLibrary>();
        services.TryAddSingleton<MibRevisions>();
        services.TryAddSingleton<MibBrowser>();
        services.TryAddSingleton<ObjectReader>();
        services.TryAddSingleton<ParameterNames>();
        if (compiles) services.AddHostedService<UploadRunner>();
        return services;
    }
}
