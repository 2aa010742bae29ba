using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace DeviceConsole.Web.Hosting.DevicePorts;

/// <summary>
/// Kestrel's endpoints as configuration, so that ports come and go while it runs: it opens and closes what changed, and lets the others be.
/// The addresses of the settings are always there; those of devices' ports are added.
/// </summary>
public sealed class PortEndpoints : ConfigurationProvider, IConfigurationSource
{
    private readonly IReadOnlyList<string> always;
    private readonly IReadOnlyList<BindingAddress> deviceHosts;

    /// <summary>Of these settings.</summary>
    public PortEndpoints(HostSettings settings)
    {
        always = [.. settings.UiUrls, .. settings.DeviceUrls, .. settings.OpsUrls];
        deviceHosts = [.. settings.DeviceUrls.Select(BindingAddress.Parse).DistinctBy(a => a.Host)];
        Data = Endpoints([]);
    }

    /// <summary>The hosts on which ports of devices are opened: those of the built-in one.</summary>
    public IEnumerable<string> Hosts => deviceHosts.Select(h => h.Host);

    /// <inheritdoc />
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <summary>These ports beside the addresses of the settings.</summary>
    public void Open(IReadOnlyCollection<int> ports)
    {
        Data = Endpoints(ports);
        OnReload();
    }

    private Dictionary<string, string?> Endpoints(IReadOnlyCollection<int> ports)
    {
        var data = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < always.Count; i++) data[string.Create(CultureInfo.InvariantCulture, $"Endpoints:address{i}:Url")] = always[i];
        foreach (var port in ports)
            for (var i = 0; i < deviceHosts.Count; i++) data[string.Create(CultureInfo.InvariantCulture, $"Endpoints:port{port}-{i}:Url")] = string.Create(CultureInfo.InvariantCulture, $"http://{deviceHosts[i].Host}:{port}");
        return data;
    }
}
