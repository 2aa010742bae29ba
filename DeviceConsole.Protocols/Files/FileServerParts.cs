using DeviceConsole.Protocols.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Protocols.Files;

/// <summary>The file server on the devices' port, for all protocols.</summary>
internal sealed class FileServerParts : IProtocolParts
{
    private const string Address = "/files/{tenant}/{token}/{**name}";

    /// <inheritdoc />
    public void Register(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<FileServerOptions>().BindConfiguration("Files");
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<FileServerOptions>>().Value);
        services.TryAddSingleton<TransferSlots>();
        services.TryAddSingleton<FileDownload>();
        services.TryAddSingleton<FileUpload>();
    }

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder devices)
    {
        devices.MapMethods(Address, [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)(http => http.RequestServices.GetRequiredService<FileDownload>().HandleAsync(http))).WithDisplayName("Files, download");
        devices.MapMethods(Address, [HttpMethods.Put, HttpMethods.Post], (RequestDelegate)(http => http.RequestServices.GetRequiredService<FileUpload>().HandleAsync(http))).WithDisplayName("Files, upload");
    }
}
