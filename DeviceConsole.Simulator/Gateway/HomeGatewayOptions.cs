namespace DeviceConsole.Simulator.Gateway;

/// <summary>Who a simulated home gateway is; the same options always give the same gateway.</summary>
public sealed record HomeGatewayOptions
{
    /// <summary>DeviceInfo.SerialNumber.</summary>
    public required string Serial { get; init; }

    /// <summary>DeviceInfo.ManufacturerOUI: six upper-case hexadecimal digits.</summary>
    public string Oui { get; init; } = "00D09E";

    /// <summary>DeviceInfo.ProductClass.</summary>
    public string ProductClass { get; init; } = "HomeGateway";

    /// <summary>DeviceInfo.Manufacturer.</summary>
    public string Manufacturer { get; init; } = "Homegate";

    /// <summary>DeviceInfo.ModelName.</summary>
    public string Model { get; init; } = "HG-5400";

    /// <summary>The first MAC address, <c>02:00:5E:00:00:01</c>; the other interfaces count up from it.</summary>
    public string Mac { get; init; } = "02:00:5E:00:00:01";

    /// <summary>DeviceInfo.SoftwareVersion.</summary>
    public string SoftwareVersion { get; init; } = "3.4.1";

    /// <summary>Decides the secrets, hosts and readings.</summary>
    public int Seed { get; init; }

    /// <summary>How long a reboot keeps it away.</summary>
    public TimeSpan BootDuration { get; init; } = TimeSpan.FromSeconds(8);
}
