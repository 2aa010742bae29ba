namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;

/// <summary>A client's first packet (MQTT 5.0 §3.1).</summary>
/// <param name="ClientId">The client; empty where the broker is to choose.</param>
/// <param name="KeepAlive">Seconds within which the client says something.</param>
public sealed record MqttConnect(string ClientId, ushort KeepAlive) : MqttPacket
{
    /// <summary>True where nothing of an earlier connection is wanted.</summary>
    public bool CleanStart { get; init; } = true;

    /// <summary>Who logs in; null for nobody.</summary>
    public string? UserName { get; init; }

    /// <summary>The password; null for none.</summary>
    public string? Password { get; init; }

    /// <summary>How many unacknowledged packets the client takes; version 5 only, null for the protocol's own limit.</summary>
    public ushort? ReceiveMaximum { get; init; }

    /// <summary>The largest packet that the client takes, in bytes; version 5 only.</summary>
    public uint? MaximumPacket { get; init; }

    /// <summary>Version 5 only.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; init; } = [];

    /// <summary>Prints no password.</summary>
    public override string ToString() => $"CONNECT {ClientId}";
}
