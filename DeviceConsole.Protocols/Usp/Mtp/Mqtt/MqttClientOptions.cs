using DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;

namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt;

/// <summary>A broker, and how to log in there.</summary>
public sealed record MqttClientOptions
{
    /// <summary>The broker's name or address.</summary>
    public required string Host { get; init; }

    /// <summary>Its port.</summary>
    public int Port { get; init; } = 1883;

    /// <summary>True for TLS.</summary>
    public bool Tls { get; init; }

    /// <summary>The version of the protocol.</summary>
    public MqttVersion Version { get; init; } = MqttVersion.V5;

    /// <summary>The client's name; empty where the broker is to choose.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>Who logs in; null for nobody.</summary>
    public string? UserName { get; init; }

    /// <summary>The password.</summary>
    public string? Password { get; init; }

    /// <summary>How long the client may be silent; a ping goes out before.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the broker may take for one answer.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest packet that is taken.</summary>
    public int MaximumPacket { get; init; } = 8 * 1024 * 1024;

    /// <summary>Version 5 only: what CONNECT and SUBSCRIBE carry.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; init; } = [];

    /// <summary>Prints no password.</summary>
    public override string ToString() => $"{Host}:{Port}";
}
