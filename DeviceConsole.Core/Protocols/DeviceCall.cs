using System.Net;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Core.Protocols;

/// <summary>A device that calls in, before anybody knows whether it is who it says.</summary>
/// <param name="Protocol">The protocol's id.</param>
/// <param name="TenantSlug">The tenant of the address that was called; null on a shared listener, where the credential decides.</param>
/// <param name="Identity">The identity in the protocol's own words, in the form of <see cref="ISessionProtocol.CheckIdentity"/>: <c>OUI-ProductClass-Serial</c>, endpoint ID, <c>mac:…</c>.</param>
public sealed record DeviceCall(string Protocol, string? TenantSlug, string Identity)
{
    /// <summary>
    /// The same device's identity in its other form, where the protocol lets a part of it come or be missing: looked for where nobody has <see cref="Identity"/>
    /// itself, and taken only where one device alone has it and the credentials prove it.
    /// </summary>
    public IdentityVariant? Variant { get; init; }

    /// <summary>Where the call came from.</summary>
    public IPAddress? Remote { get; init; }

    /// <summary>How it came, for people: "HTTP", "WebSocket", "MQTT 5".</summary>
    public string Transport { get; init; } = "";

    /// <summary>The name that the credentials give beside the identity (the user of Basic or Digest), or null. On a shared listener it finds the tenant that a new device enrols in.</summary>
    public string? UserName { get; init; }

    /// <summary>The certificate that it showed, where somebody vouches for it.</summary>
    public DeviceCertificate? Certificate { get; init; }

    /// <summary>Values that the device told with its call; they are stored as its session opens.</summary>
    public IReadOnlyList<ParameterValue> Reported { get; init; } = [];

    /// <summary>What the protocol learnt of the endpoint with this call (ConnectionRequestURL); merged into its settings as the session opens. A null value removes a field; null for nothing.</summary>
    public JsonObject? Learnt { get; init; }

    /// <summary>True where <see cref="Facts"/> are filled into the device's record as the session opens.</summary>
    public bool Describes { get; init; }

    /// <summary>What the device told with its call; it stands in its event log as the session opens.</summary>
    public IReadOnlyList<ToldEvent> Events { get; init; } = [];

    /// <summary>True where this call ends a session of the same identity that was going on.</summary>
    public bool Displaces { get; init; }

    /// <summary>What the device says of itself.</summary>
    public DeviceFacts Facts { get; init; } = DeviceFacts.None;

    /// <summary>
    /// It calls as it does from time to time, only to ask whether there is anything to do. Where it is known and reports what it reported the last time, its
    /// session stays in this node's memory until there is work, and is written down after its end.
    /// </summary>
    public bool IsRoutine { get; init; }
}

/// <summary>An identity of which a part may be missing.</summary>
/// <param name="Start">What it begins with; all of it where there is no <paramref name="End"/>.</param>
/// <param name="End">What it ends with, behind the part that is not told here; null where nothing is missing.</param>
/// <param name="Serial">The serial number in it: a device that has another one on record is not meant.</param>
public sealed record IdentityVariant(string Start, string? End, string Serial);

/// <summary>Something that a device told.</summary>
/// <param name="Kind">A word.</param>
/// <param name="Message">In a sentence.</param>
/// <param name="Detail">Its values, or null.</param>
public sealed record ToldEvent(string Kind, string Message, JsonObject? Detail);

/// <summary>What a device says of itself; null where it says nothing.</summary>
public sealed record DeviceFacts
{
    /// <summary>Nothing.</summary>
    public static DeviceFacts None { get; } = new();

    /// <summary>The manufacturer.</summary>
    public string? Manufacturer { get; init; }

    /// <summary>The model, or product class.</summary>
    public string? Model { get; init; }

    /// <summary>The serial number.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>The software or firmware version.</summary>
    public string? SoftwareVersion { get; init; }

    /// <summary>The hardware version.</summary>
    public string? HardwareVersion { get; init; }
}

/// <summary>What the caller's credentials are compared with. Nothing is known of an unknown device; it is compared all the same, so that both take the same time.</summary>
/// <param name="Settings">The endpoint's settings; empty where nothing is known.</param>
/// <param name="Secrets">Its credentials by the ids of <see cref="ProtocolDescriptor.Credentials"/>; empty where nothing is known.</param>
public sealed record CallCredentials(JsonObject Settings, IReadOnlyDictionary<string, string> Secrets)
{
    /// <summary>Prints no secret.</summary>
    public override string ToString() => "credentials of a device";
}

/// <summary>What came of comparing the caller's credentials.</summary>
public enum CredentialCheck
{
    /// <summary>They prove the identity.</summary>
    Proved,

    /// <summary>They are wrong.</summary>
    Wrong,

    /// <summary>The caller showed none yet and is to be challenged; nothing is recorded.</summary>
    Missing,
}

/// <summary>How the product answers a call.</summary>
public enum CallOutcome
{
    /// <summary>The device is known and proved itself.</summary>
    Accepted,

    /// <summary>Refused. The device is told the same whatever the reason is; operators see the reason on the page "Connect a device".</summary>
    Refused,

    /// <summary>It came with the tenant's enrolment credential and waits for approval. The protocol ends the talk in a friendly way.</summary>
    Pending,

    /// <summary>It showed no credentials: challenge it.</summary>
    Challenge,
}

/// <summary>The answer to a call; <paramref name="Target"/> is set where it was accepted.</summary>
public sealed record CallVerdict(CallOutcome Outcome, ProtocolTarget? Target);
