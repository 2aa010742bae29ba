using DeviceConsole.Core.Gateway;

namespace DeviceConsole.Web.Hosting;

/// <summary>
/// Addresses that are burnt into a fleet (<c>http://acs.example.net:7547/</c>) are answered by the built-in ones. On the devices' listener only; goes before routing.
/// </summary>
public static class DeviceAddresses
{
    /// <summary>Rewrites the path of a device's call where a listener says so.</summary>
    public static IApplicationBuilder UseDeviceAddresses(this IApplicationBuilder app)
    {
        var ports = app.ApplicationServices.GetRequiredService<ListenerPorts>();
        var directory = app.ApplicationServices.GetRequiredService<ListenerDirectory>();
        return app.Use(async (context, next) =>
        {
            if (ports.Of(context.Connection).HasFlag(Listener.Devices)
                && await directory.TargetOfAsync(context.Request.Host.Host, context.Connection.LocalPort, context.Request.Path.Value ?? "/", context.RequestAborted) is { } target)
            {
                context.Request.Path = target;
            }
            await next(context);
        });
    }
}
