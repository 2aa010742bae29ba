using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;

namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt;

/// <summary>The broker through which agents come, from the configuration's section <c>Usp:Mqtt</c>.</summary>
[SettingsSection(UspMqttOptions.Section)]
public sealed class UspMqttOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Usp:Mqtt";

    /// <summary>The broker's name or address; empty where there is none.</summary>
    public string Broker { get; set; } = "";

    /// <summary>Its port.</summary>
    public int Port { get; set; } = 1883;

    /// <summary>True for TLS.</summary>
    public bool Tls { get; set; }

    /// <summary>5 or 4 (which is 3.1.1).</summary>
    public MqttVersion Version { get; set; } = MqttVersion.V5;

    /// <summary>This controller's user at the broker.</summary>
    public string? User { get; set; }

    /// <summary>Its password.</summary>
    public string? Password { get; set; }

    /// <summary>This controller's name at the broker.</summary>
    public string ClientId { get; set; } = "deviceconsole";

    /// <summary>The first part of every topic.</summary>
    public string Prefix { get; set; } = "usp";

    /// <summary>How the broker is reached by agents, for the page "Connect a device"; as this product reaches it where it is empty.</summary>
    public string PublicBroker { get; set; } = "";
}
