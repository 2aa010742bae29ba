using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeviceConsole.Core.Files;

/// <summary>Registers the files.</summary>
public static class FileServiceCollectionExtensions
{
    /// <summary>Needs the data sources and tenants; options come from the section <c>Files</c>.</summary>
    public static IServiceCollection AddFiles(this IServiceCollection services)
    {
        services.AddOptions<FileLibraryOptions>().BindConfiguration("Files");
        services.TryAddSingleton<FileLibrary>();
        services.TryAddSingleton<IDeviceFiles, DeviceFiles>();
        services.TryAddSingleton<IFileLinks, FileLinks>();
        return services;
    }
}
