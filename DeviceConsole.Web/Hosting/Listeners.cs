using DeviceConsole.Core.Listeners;
using Microsoft.AspNetCore.Http;

namespace DeviceConsole.Web.Hosting;

/// <summary>The application's listeners. A route exists on one of them only.</summary>
[Flags]
public enum Listener
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>People and API clients.</summary>
    Ui = 1,

    /// <summary>Devices.</summary>
    Devices = 2,

    /// <summary>Health and metrics; the UI's port where it has none of its own.</summary>
    Ops = 4,
}

/// <summary>Which listener a connection came in on: by the local port it was accepted on, never by the Host header.</summary>
public sealed class ListenerPorts
{
    private readonly Dictionary<int, Listener> ports = [];
    private readonly PortDirectory directory;

    /// <summary>Of these settings, and of the ports that are added for devices.</summary>
    public ListenerPorts(HostSettings settings, PortDirectory directory)
    {
        this.directory = directory;
        foreach (var url in settings.UiUrls) Add(url, settings.OpsUrls.Count == 0 ? Listener.Ui | Listener.Ops : Listener.Ui);
        foreach (var url in settings.DeviceUrls) Add(url, Listener.Devices);
        foreach (var url in settings.OpsUrls) Add(url, Listener.Ops);
    }

    /// <summary>What the connection's port serves; nothing where the port is unknown.</summary>
    public Listener Of(ConnectionInfo connection) =>
        ports.TryGetValue(connection.LocalPort, out var listener) ? listener : directory.Current.ContainsKey(connection.LocalPort) ? Listener.Devices : Listener.None;

    /// <summary>True for a port of the settings.</summary>
    public bool IsBuiltIn(int port) => ports.ContainsKey(port);

    private void Add(string url, Listener listener) => ports[BindingAddress.Parse(url).Port] = listener;
}

/// <summary>Puts routes on listeners.</summary>
public static class ListenerEndpoints
{
    /// <summary>On the port of people and API clients; what says nothing is there too.</summary>
    public static TBuilder OnUi<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(Listener.Ui);

    /// <summary>On the port of devices.</summary>
    public static TBuilder OnDevices<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(Listener.Devices);

    /// <summary>On the port of health and metrics.</summary>
    public static TBuilder OnOps<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(Listener.Ops);

    /// <summary>
    /// Answers 404 where the route belongs to another listener. Goes right after routing, before anything that works without
    /// a route, which is the UI's as well.
    /// </summary>
    public static IApplicationBuilder UseListeners(this IApplicationBuilder app)
    {
        var ports = app.ApplicationServices.GetRequiredService<ListenerPorts>();
        return app.Use((context, next) =>
        {
            var wanted = context.GetEndpoint() is { } endpoint ? Of(endpoint) : Listener.Ui;
            if (ports.Of(context.Connection).HasFlag(wanted)) return next(context);
            context.SetEndpoint(null);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    /// <summary>
    /// Devices' calls are answered at once: what follows in the pipeline is for people and API clients (sign-in, rights, forms). Goes after
    /// <see cref="UseListeners"/>, which has seen that the call came in on the devices' port. Devices prove themselves to their protocol.
    /// </summary>
    public static IApplicationBuilder UseDeviceEndpoints(this IApplicationBuilder app) => app.Use((context, next) =>
        context.GetEndpoint() is { RequestDelegate: { } answer } endpoint && Of(endpoint) == Listener.Devices ? answer(context) : next(context));

    private static Listener Of(Endpoint endpoint) => endpoint.Metadata.OfType<Listener>().DefaultIfEmpty(Listener.Ui).Last();
}
