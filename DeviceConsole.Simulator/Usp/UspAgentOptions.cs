using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Simulator.Usp;

/// <summary>What a simulated agent does wrong.</summary>
public enum UspAgentFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It connects and answers nothing.</summary>
    Silent,

    /// <summary>It answers bytes that are no record.</summary>
    Garbage,

    /// <summary>It leaves without a word whenever it is asked for something.</summary>
    Vanish,
}

/// <summary>Who a simulated agent is and whom it calls.</summary>
public sealed record UspAgentOptions
{
    /// <summary>The gateway that it speaks for.</summary>
    public required HomeGatewayOptions Gateway { get; init; }

    /// <summary>Its endpoint ID; <c>os::OUI-serial</c> where it is null.</summary>
    public string? EndpointId { get; init; }

    /// <summary>The endpoint ID of its controller.</summary>
    public string ControllerId { get; init; } = "proto::deviceconsole";

    /// <summary>How long it waits before it connects again.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Whether Download() fetches the image for real; else it is there at once.</summary>
    public bool FetchesFiles { get; init; }

    /// <summary>What it does wrong.</summary>
    public UspAgentFault Fault { get; init; }

    /// <summary>The endpoint ID that it uses.</summary>
    public string Id => EndpointId ?? $"os::{Gateway.Oui}-{Gateway.Serial}";
}
