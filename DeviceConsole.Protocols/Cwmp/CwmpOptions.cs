using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Cwmp;

/// <summary>Limits of the ACS on this node; section <c>Cwmp</c> of the configuration.</summary>
[SettingsSection("Cwmp")]
public sealed class CwmpOptions
{
    /// <summary>Sessions at once; the next Inform is answered with 503 and Retry-After.</summary>
    public int MaximumSessions { get; set; } = 5_000;

    /// <summary>Requests that are worked on at once, at the most; how many it are follows from how quickly they are answered. Further Informs are answered with 503 and Retry-After.</summary>
    public int MaximumInforms { get; set; } = 256;

    /// <summary>Informs a second from one address, lasting; more are answered with 429 and Retry-After.</summary>
    public int InformsPerSecondPerAddress { get; set; } = 100;

    /// <summary>Informs at once from one address.</summary>
    public int InformBurstPerAddress { get; set; } = 1_000;

    /// <summary>How long a device may take from one answer to its next request, unless its endpoint says otherwise.</summary>
    public TimeSpan SessionTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a Digest nonce is accepted, on whatever connection.</summary>
    public TimeSpan NonceLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long passwords that the product gave a device are used before it gets new ones; zero for ever.</summary>
    public TimeSpan CredentialLifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>The longest time that one body may take to arrive.</summary>
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest time that a connection request may take.</summary>
    public TimeSpan ConnectionRequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Where the STUN server for UDP connection requests listens: <c>0.0.0.0:3478</c>. Empty: there is none.</summary>
    public string StunEndpoint { get; set; } = "";

    /// <summary>Retry-After in seconds, after a failure and after too many Informs from one address; up to as much again is added at random, so that they do not come back at once.</summary>
    public int RetryAfter { get; set; } = 30;

    /// <summary>The longest Retry-After of an overload, in seconds. It follows from how many devices wait and how many are served a second.</summary>
    public int LongestRetryAfter { get; set; } = 900;
}
