using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeviceConsole.Core.DataModels;

/// <summary>Registers the data models.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Needs <see cref="IDataModelReader"/> and the data sources.</summary>
    public static IServiceCollection AddDataModels(this IServiceCollection services)
    {
        services.TryAddSingleton<DataModelCache>();
        services.TryAddSingleton<DataModelService>();
        return services;
    }
}
