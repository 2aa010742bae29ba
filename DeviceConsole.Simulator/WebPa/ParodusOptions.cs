using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Simulator.WebPa;

/// <summary>How a simulated agent misbehaves.</summary>
public enum ParodusFault
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>It takes requests and never answers.</summary>
    Silent,

    /// <summary>It answers requests with JSON that is no answer.</summary>
    GarbagePayload,

    /// <summary>It answers requests with bytes that are no WRP.</summary>
    GarbageFrame,

    /// <summary>It breaks the connection when the first request comes, and works from the next connection on.</summary>
    Gone,

    /// <summary>Its Wi-Fi is busy (530) for the first request of each connection.</summary>
    BusyOnce,

    /// <summary>It answers under another transaction.</summary>
    WrongTransaction,
}

/// <summary>Settings of one simulated agent.</summary>
public sealed record ParodusOptions
{
    /// <summary>The devices' listener, without a path: <c>http://127.0.0.1:5081</c>.</summary>
    public required Uri Server { get; init; }

    /// <summary>The tenant whose address it calls; null calls the bare <c>/api/v2/device</c>, as stock parodus does.</summary>
    public string? Tenant { get; init; }

    /// <summary>What it sends as bearer token; null sends none.</summary>
    public string? Token { get; init; }

    /// <summary>What it plays. Its MAC address is the device's name.</summary>
    public required HomeGateway Gateway { get; init; }

    /// <summary>How it misbehaves.</summary>
    public ParodusFault Fault { get; init; }

    /// <summary>The first pause after a connection that failed; it doubles up to a minute.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The name: <c>mac:02005e000001</c>.</summary>
    public string Identity => "mac:" + Gateway.Options.Mac.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
}
