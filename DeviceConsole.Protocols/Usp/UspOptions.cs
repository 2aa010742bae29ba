using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Usp;

/// <summary>The installation's part of USP, from the configuration's section <c>Usp</c>.</summary>
[SettingsSection(UspOptions.Section)]
public sealed class UspOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Usp";

    /// <summary>
    /// This controller's endpoint ID on shared addresses. A tenant's own is this with a dot and the tenant's short name behind it;
    /// on a tenant's address both are accepted.
    /// </summary>
    public string EndpointId { get; set; } = "proto::deviceconsole";

    /// <summary>The largest record that is taken, in bytes.</summary>
    public int MaximumRecord { get; set; } = 4 * 1024 * 1024;

    /// <summary>The longest piece of a message, in bytes, that is sent to an agent that speaks within an end-to-end session.</summary>
    public int Segment { get; set; } = 64 * 1024;

    /// <summary>How often a WebSocket connection is pinged.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the answer to a ping may take before the connection is given up.</summary>
    public TimeSpan PongTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>The endpoint ID by which a tenant's agents may call this controller; null stands for a shared address.</summary>
    public string EndpointIdOf(string? tenantSlug) => tenantSlug is null ? EndpointId : $"{EndpointId}.{tenantSlug}";

    /// <summary>True where a record to that endpoint ID is for this controller.</summary>
    public bool IsOurs(string endpointId, string? tenantSlug) => endpointId == EndpointId || tenantSlug is not null && endpointId == EndpointIdOf(tenantSlug);
}
