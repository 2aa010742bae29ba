using System.Net;
using System.Text.Json.Serialization;

namespace DeviceConsole.Core.Discovery;

/// <summary>What an operator enters for a scan.</summary>
public sealed record DiscoveryScanInput
{
    /// <summary>1 to 200 characters.</summary>
    public string Name { get; init; } = "";

    /// <summary>A protocol that can look for devices.</summary>
    public string Protocol { get; init; } = "";

    /// <summary>1 to 50 addresses, networks or ranges; every address within the tenant's networks.</summary>
    public IReadOnlyList<string> Ranges { get; init; } = [];

    /// <summary>Credential templates in the order in which they are tried, 1 to 20.</summary>
    public IReadOnlyList<Guid> TemplateIds { get; init; } = [];

    /// <summary>The devices' port; null for the protocol's.</summary>
    public int? Port { get; init; }

    /// <summary>Packets a second, 1 to 1,000.</summary>
    public int Rate { get; init; } = 50;

    /// <summary>Milliseconds that a question waits for its answer, 100 to 10,000.</summary>
    public int TimeoutMs { get; init; } = 1_000;

    /// <summary>How often a question is asked again, 0 to 5.</summary>
    public int Retries { get; init; } = 1;

    /// <summary>Hours from the end of one run to the next, 1 to 8,760; null for once.</summary>
    public int? RepeatHours { get; init; }
}

/// <summary>Where a scan stands.</summary>
public enum DiscoveryState
{
    /// <summary>Never started.</summary>
    Idle,

    /// <summary>Waits for a node.</summary>
    Queued,

    /// <summary>Asks.</summary>
    Running,

    /// <summary>Every address was asked.</summary>
    Completed,

    /// <summary>Somebody stopped it.</summary>
    Cancelled,

    /// <summary>It could not go on; the reason says why.</summary>
    Failed,
}

/// <summary>A scan as pages and the API show it.</summary>
/// <param name="Id">The scan.</param>
/// <param name="Scan">What it looks for.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Reason">Why it ended, in a sentence.</param>
/// <param name="Total">How many addresses it asks.</param>
/// <param name="Done">How many of them it has asked.</param>
/// <param name="Found">How many answered, in all runs.</param>
/// <param name="Proposed">How many of these fit credentials and are no device yet.</param>
/// <param name="StartedAt">When its last run began.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="NextAt">When it begins again.</param>
/// <param name="CreatedBy">Who made it.</param>
public sealed record DiscoveryScanView(
    Guid Id, DiscoveryScanInput Scan, DiscoveryState State, string? Reason, int Total, int Done, int Found, int Proposed,
    DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, DateTimeOffset? NextAt, string CreatedBy)
{
    /// <summary>True while it waits or runs.</summary>
    [JsonIgnore] public bool IsOpen => State is DiscoveryState.Queued or DiscoveryState.Running;
}

/// <summary>Something that answered.</summary>
/// <param name="Address">Where.</param>
/// <param name="SeenAt">When it answered last.</param>
/// <param name="Name">What it calls itself.</param>
/// <param name="Description">What it says of itself.</param>
/// <param name="Kind">What kind it is, in the protocol's words.</param>
/// <param name="Vendor">Who made it.</param>
/// <param name="Identity">What tells it from all others.</param>
/// <param name="TemplateId">The credentials that fit; null where none did.</param>
/// <param name="TemplateName">Their name.</param>
/// <param name="Note">A sentence about it.</param>
/// <param name="DeviceId">The device that it is; null where it is none yet.</param>
/// <param name="DeviceName">Its name.</param>
/// <param name="KnownBy">How it was recognised: <c>address</c>, <c>identity</c> or <c>accepted</c>.</param>
public sealed record DiscoveryFindingView(
    string Address, DateTimeOffset SeenAt, string Name, string Description, string Kind, string Vendor, string? Identity, Guid? TemplateId, string? TemplateName,
    string? Note, Guid? DeviceId, string? DeviceName, string? KnownBy)
{
    /// <summary>True where it can become a device.</summary>
    [JsonIgnore] public bool IsProposal => DeviceId is null && TemplateId is not null;
}

/// <summary>What became of proposals that were accepted.</summary>
/// <param name="Created">Devices that were made.</param>
/// <param name="Known">Addresses that turned out to be devices that are there already.</param>
/// <param name="Problems">A sentence for each that could not become a device.</param>
public sealed record DiscoveryAcceptance(int Created, int Known, IReadOnlyList<string> Problems);
