using DeviceConsole.Core.DataModels;
using DeviceConsole.Protocols.Shared;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeviceConsole.Protocols.BbfDataModel;

/// <summary>The reader of data models; devices call nothing of it.</summary>
internal sealed class BbfDataModelParts : IProtocolParts
{
    /// <inheritdoc />
    public void Register(IServiceCollection services) => services.TryAddSingleton<IDataModelReader, BbfDataModelReader>();

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder devices)
    {
        // A library has no addresses.
    }
}
