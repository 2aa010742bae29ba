using System.Net;
using System.Text.Json.Nodes;

namespace DeviceConsole.Core.Protocols;

/// <summary>A protocol whose devices can be looked for: an address is asked, and says who it is.</summary>
public interface IDiscoveryProtocol : IDialOutProtocol
{
    /// <summary>The port that is asked where nothing else is said.</summary>
    int DefaultPort { get; }

    /// <summary>
    /// Asks one address, with each of the credentials in order until one fits; null where nobody is there. Sends nothing to an address that the policy
    /// does not allow, and waits for <see cref="DiscoveryProbe.Turn"/> before everything that it sends.
    /// </summary>
    Task<DiscoveryFinding?> ProbeAsync(DiscoveryProbe probe, IPAddress address, CancellationToken cancellationToken);

    /// <summary>The settings of an endpoint for what was found at this address, without those of its credentials.</summary>
    JsonObject EndpointFor(IPAddress address, int port);
}

/// <summary>How addresses are asked.</summary>
/// <param name="TenantId">On whose behalf.</param>
/// <param name="Policy">Which addresses may be dialled.</param>
/// <param name="Port">The port.</param>
/// <param name="Timeout">How long each question waits.</param>
/// <param name="Retries">How often it is asked again.</param>
/// <param name="Credentials">What is tried, in order.</param>
/// <param name="Turn">Waits until one more packet may be sent.</param>
public sealed record DiscoveryProbe(
    Guid TenantId, NetworkPolicy Policy, int Port, TimeSpan Timeout, int Retries, IReadOnlyList<DiscoveryCredentials> Credentials, Func<CancellationToken, ValueTask> Turn);

/// <summary>One set of credentials.</summary>
/// <param name="TemplateId">The credential template.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Secrets">Its secrets; never logged, never kept.</param>
public sealed record DiscoveryCredentials(Guid TemplateId, JsonObject Settings, IReadOnlyDictionary<string, string> Secrets)
{
    /// <summary>Prints no secret.</summary>
    public override string ToString() => $"credential template {TemplateId}";
}

/// <summary>Who answered.</summary>
/// <param name="Address">Where.</param>
public sealed record DiscoveryFinding(IPAddress Address)
{
    /// <summary>The credentials that fit; null where none did.</summary>
    public Guid? TemplateId { get; init; }

    /// <summary>What it calls itself (sysName).</summary>
    public string Name { get; init; } = "";

    /// <summary>What it says of itself (sysDescr).</summary>
    public string Description { get; init; } = "";

    /// <summary>What kind it is, in the protocol's words (sysObjectID).</summary>
    public string Kind { get; init; } = "";

    /// <summary>Who made it; empty where that cannot be told.</summary>
    public string Vendor { get; init; } = "";

    /// <summary>What tells it from all others (its engine ID); null where it told none.</summary>
    public string? Identity { get; init; }

    /// <summary>The parameter that holds <see cref="Identity"/> in a device's stored tree; null where there is none.</summary>
    public string? IdentityPath { get; init; }

    /// <summary>The parameter that holds <see cref="Name"/>: a device that is stored under another name is not this one, whatever its identity says; null where there is none.</summary>
    public string? NamePath { get; init; }

    /// <summary>One sentence about it where there is something to say.</summary>
    public string? Note { get; init; }
}
