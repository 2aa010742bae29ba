using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Simulator.WebPa;

/// <summary>
/// RDK's parameters for firmware: a folder, a name, a switch and a state. The image is fetched from folder/name, and the gateway starts with it by itself;
/// the way follows from the address and cannot be written.
/// </summary>
internal sealed class WdmpFirmware
{
    private const string Prefix = "Device.DeviceInfo.X_RDKCENTRAL-COM_Firmware";
    private const string Idle = "Not Started";

    private readonly HomeGateway gateway;
    private volatile string url = "", image = "", status = Idle;

    public WdmpFirmware(HomeGateway gateway)
    {
        this.gateway = gateway;
        // What was fetched before the start is forgotten.
        gateway.Happened += happened =>
        {
            if (happened.Kind == GatewayEventKind.Booted) status = Idle;
        };
    }

    /// <summary>True for one of these parameters.</summary>
    public static bool Owns(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>A value; null where it is none of these parameters.</summary>
    public string? Read(string name) => !Owns(name) ? null : name[Prefix.Length..] switch
    {
        "DownloadURL" => url,
        "ToDownload" => image,
        "DownloadProtocol" => url.StartsWith("https", StringComparison.OrdinalIgnoreCase) ? "HTTPS" : url.Length > 0 ? "HTTP" : "",
        "DownloadStatus" => status,
        "DownloadNow" => "false",
        _ => null,
    };

    /// <summary>Writes all, or none: the name of what was refused and why.</summary>
    public (string? Failed, string Words) Set(IReadOnlyList<(string Name, string Value)> values)
    {
        foreach (var (name, _) in values)
            if (name[Prefix.Length..] is not ("DownloadURL" or "ToDownload" or "DownloadNow")) return (name, "Parameter is not writable");
        foreach (var (name, value) in values)
        {
            switch (name[Prefix.Length..])
            {
                case "DownloadURL":
                    url = value;
                    break;
                case "ToDownload":
                    image = value;
                    break;
                case "DownloadNow" when value == "true":
                    if (url.Length == 0 || image.Length == 0 || status == "In Progress") return (name, "Request rejected");
                    status = "In Progress";
                    _ = FetchAsync($"{url}/{image}");
                    break;
            }
        }
        return (null, "");
    }

    private async Task FetchAsync(string address)
    {
        var (version, problem) = await FirmwareFetch.FetchAsync(address);
        status = problem is null ? "Completed" : "Failed";
        if (version is not null) gateway.ApplyFirmware(version);
    }
}
