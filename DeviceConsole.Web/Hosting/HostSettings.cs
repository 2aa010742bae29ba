using System.Net;
using DeviceConsole.Core.Diagnostics;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;
using Microsoft.AspNetCore.Http;

namespace DeviceConsole.Web.Hosting;

/// <summary>The configuration is not one that the application can start with; the message is a sentence for the operator.</summary>
public sealed class StartupException(string message) : Exception(message);

/// <summary>
/// What the application is told by its environment (or appsettings.json; the environment wins). docs/OPERATIONS.md lists the names.
/// </summary>
/// <param name="App">Connection string as dc_app.</param>
/// <param name="Direct">The same past any pooler; App where it is not set.</param>
/// <param name="MasterKey">The one secret everything stored is sealed under.</param>
/// <param name="UiUrls">Where people and API clients connect.</param>
/// <param name="DeviceUrls">Where devices connect.</param>
/// <param name="OpsUrls">Where /health and /metrics answer; empty: with the UI.</param>
/// <param name="PublicUrl">How clients reach the UI; the issuer of tokens. Never taken from a request.</param>
/// <param name="TrustedProxies">Peers whose X-Forwarded-* headers are believed.</param>
/// <param name="Demo">True where the demo tenant is wanted.</param>
public sealed record HostSettings(string App, string Direct, MasterKey MasterKey, IReadOnlyList<string> UiUrls, IReadOnlyList<string> DeviceUrls,
    IReadOnlyList<string> OpsUrls, string PublicUrl, IReadOnlyList<IPNetwork> TrustedProxies, bool Demo)
{
    /// <summary>The key of a development machine: known to everybody, so refused everywhere else.</summary>
    public const string DevelopmentKey = "mT4yb0vXW1qk3eXcV8Jr6uZs9Hn2LpQdGfA7CiO5tEw=";

    /// <summary>How devices reach their listener from outside, without a path: what the page "Connect a device" shows. The UI's host with the devices' port where it is not set.</summary>
    public Uri DeviceAddress { get; init; } = new("http://127.0.0.1/");

    /// <summary>What this node does.</summary>
    public NodeRoles Roles { get; init; } = NodeRoles.All;

    /// <summary>Pages of other sites that may call the API with a token; empty: none.</summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>False where server-sent events are switched off, for balancers that hold answers back.</summary>
    public bool ServerSentEvents { get; init; } = true;

    /// <summary>Reads and checks them, or throws <see cref="StartupException"/>.</summary>
    public static HostSettings Read(IConfiguration configuration, bool development)
    {
        var app = configuration.GetConnectionString("App");
        if (string.IsNullOrWhiteSpace(app)) throw new StartupException("There is no connection string: set ConnectionStrings__App to a log-in as dc_app.");
        var direct = configuration.GetConnectionString("Direct");
        var roles = NodeRoles.Parse(configuration["DeviceConsole:Roles"], out var unknown) ?? throw new StartupException(unknown!);
        if (!development)
        {
            Placeholders.RefuseIn("ConnectionStrings__App", app);
            Placeholders.RefuseIn("ConnectionStrings__Direct", direct);
        }
        var ui = Urls(configuration, "DEVICECONSOLE_UI_URL", "http://127.0.0.1:5080");
        var devices = Urls(configuration, "DEVICECONSOLE_DEVICE_URL", NextPort(ui[0]));
        var ops = Urls(configuration, "DEVICECONSOLE_OPS_URL", null);
        if (Shared(ui, devices, ops) is { } port)
            throw new StartupException($"Port {port} is given to two listeners; DEVICECONSOLE_UI_URL, DEVICECONSOLE_DEVICE_URL and DEVICECONSOLE_OPS_URL need ports of their own.");
        var publicUrl = PublicAddress.Read(configuration["DEVICECONSOLE_PUBLIC_URL"], ui, required: roles.Web && !development);
        return new HostSettings(app, string.IsNullOrWhiteSpace(direct) ? app : direct, ReadMasterKey(configuration, development), ui, roles.Gateway ? devices : [], ops,
            publicUrl, Proxies(configuration), configuration.GetValue("DEVICECONSOLE_DEMO", false))
        {
            DeviceAddress = ReadDeviceAddress(configuration, publicUrl, devices[0]),
            Roles = roles,
            CorsOrigins = PublicAddress.ReadOrigins(configuration["Api:CorsOrigins"], development),
            ServerSentEvents = configuration.GetValue("Api:ServerSentEvents", true),
        };
    }

    private static Uri ReadDeviceAddress(IConfiguration configuration, string publicUrl, string deviceUrl)
    {
        if (configuration["DEVICECONSOLE_DEVICE_PUBLIC_URL"] is { Length: > 0 } text)
            return Uri.TryCreate(text, UriKind.Absolute, out var given) && given.Scheme is "http" or "https" ? given
                : throw new StartupException($"DEVICECONSOLE_DEVICE_PUBLIC_URL holds '{text}', which is no address; write it like https://acs.example.net.");
        var listener = BindingAddress.Parse(deviceUrl);
        var host = Uri.TryCreate(publicUrl, UriKind.Absolute, out var ui) && ui.Host is not ("0.0.0.0" or "[::]" or "*" or "+") ? ui.Host : "127.0.0.1";
        return new UriBuilder(listener.Scheme, host, listener.Port).Uri;
    }

    private static MasterKey ReadMasterKey(IConfiguration configuration, bool development)
    {
        var text = configuration["DEVICECONSOLE_MASTER_KEY"]?.Trim();
        if (development && string.IsNullOrEmpty(text)) text = DevelopmentKey;
        if (!development && text == DevelopmentKey)
            throw new StartupException("DEVICECONSOLE_MASTER_KEY is the key of development machines, which everybody knows. Make one with: openssl rand -base64 32");
        return MasterKey.Parse(text, out var error) ?? throw new StartupException(error!);
    }

    private static string[] Urls(IConfiguration configuration, string name, string? otherwise)
    {
        var urls = (configuration[name] is { Length: > 0 } text ? text : otherwise)?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        foreach (var url in urls)
        {
            if (!url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || !TryPort(url))
                throw new StartupException($"{name} holds '{url}', which is no address to listen on; write it like http://127.0.0.1:5080.");
        }
        return urls;
    }

    private static bool TryPort(string url)
    {
        try
        {
            return BindingAddress.Parse(url).Port is > 0 and <= 65535;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static string NextPort(string url)
    {
        var address = BindingAddress.Parse(url);
        return $"{address.Scheme}://{address.Host}:{address.Port + 1}";
    }

    // The same port on two addresses of one listener is fine; on two listeners a route would exist on both.
    private static int? Shared(params string[][] listeners) =>
        listeners.SelectMany(l => l.Select(u => BindingAddress.Parse(u).Port).Distinct()).GroupBy(p => p).FirstOrDefault(g => g.Count() > 1)?.Key;

    private static IPNetwork[] Proxies(IConfiguration configuration) =>
        [.. (configuration["DEVICECONSOLE_TRUSTED_PROXIES"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(text => TenantRules.TryParseNetwork(text, out var network) ? network
                : throw new StartupException($"DEVICECONSOLE_TRUSTED_PROXIES holds '{text}', which is no address or network; write it like 10.0.0.5 or 10.0.0.0/24."))];
}
