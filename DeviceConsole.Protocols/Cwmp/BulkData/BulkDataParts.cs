using DeviceConsole.Protocols.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Protocols.Cwmp.BulkData;

/// <summary>The collector of bulk data on the devices' port.</summary>
internal sealed class BulkDataParts : IProtocolParts
{
    /// <inheritdoc />
    public void Register(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<BulkDataOptions>().BindConfiguration("BulkData");
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<BulkDataOptions>>().Value);
        services.TryAddSingleton<BulkAuthenticator>();
        services.TryAddSingleton<BulkEndpoint>();
    }

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder devices) => devices
        .MapMethods("/bulk/{tenant}/{profile}", [HttpMethods.Post, HttpMethods.Put], (RequestDelegate)(http => http.RequestServices.GetRequiredService<BulkEndpoint>().HandleAsync(http))).WithDisplayName("Bulk data");
}
