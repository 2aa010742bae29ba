namespace DeviceConsole.Web.Components.BulkData;

/// <summary>Profiles to begin with.</summary>
public static class BulkTemplates
{
    /// <summary>Those for a device with this root object (<c>Device.</c>, TR-181, or <c>InternetGatewayDevice.</c>, TR-098): name and references.</summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<string> References)> For(string root) => root == "InternetGatewayDevice."
        ?
        [
            ("Traffic", ["InternetGatewayDevice.WANDevice.*.WANCommonInterfaceConfig.TotalBytesSent", "InternetGatewayDevice.WANDevice.*.WANCommonInterfaceConfig.TotalBytesReceived"]),
            ("Wi-Fi", ["InternetGatewayDevice.LANDevice.*.WLANConfiguration.*.TotalBytesSent", "InternetGatewayDevice.LANDevice.*.WLANConfiguration.*.TotalBytesReceived", "InternetGatewayDevice.LANDevice.*.WLANConfiguration.*.TotalAssociations"]),
            ("Health", ["InternetGatewayDevice.DeviceInfo.UpTime", "InternetGatewayDevice.DeviceInfo.MemoryStatus.Free", "InternetGatewayDevice.DeviceInfo.ProcessStatus.CPUUsage"]),
        ]
        :
        [
            ("Traffic", ["Device.IP.Interface.*.Stats.BytesSent", "Device.IP.Interface.*.Stats.BytesReceived"]),
            ("Wi-Fi", ["Device.WiFi.SSID.*.Stats.BytesSent", "Device.WiFi.SSID.*.Stats.BytesReceived", "Device.WiFi.SSID.*.Stats.ErrorsSent", "Device.WiFi.Radio.*.Channel"]),
            ("Health", ["Device.DeviceInfo.UpTime", "Device.DeviceInfo.MemoryStatus.Free", "Device.DeviceInfo.ProcessStatus.CPUUsage", "Device.DeviceInfo.TemperatureStatus.TemperatureSensor.*.Value"]),
        ];
}
