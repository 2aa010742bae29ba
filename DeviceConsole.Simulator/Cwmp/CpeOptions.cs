using System.Net;
using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Simulator.Cwmp;

/// <summary>A simulated CPE: who it is, whom it calls, and how it misbehaves.</summary>
public sealed record CpeOptions
{
    /// <summary>The gateway behind it.</summary>
    public required HomeGatewayOptions Gateway { get; init; }

    /// <summary>The ACS URL.</summary>
    public required Uri Acs { get; init; }

    /// <summary>What it shows to the ACS; empty for nothing.</summary>
    public string UserName { get; init; } = "";

    /// <summary>The password to it.</summary>
    public string Password { get; init; } = "";

    /// <summary>Where connection requests are answered; port 0 for any, null for none.</summary>
    public IPEndPoint? ConnectionRequests { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>The STUN server from which it learns where UDP connection requests reach it; null for none.</summary>
    public IPEndPoint? Stun { get; init; }

    /// <summary>The authority of the XMPP server's certificate (PEM), for a CPE that is set up for XMPP; null where it takes no orders of that kind.</summary>
    public string? XmppAuthorityFile { get; init; }

    /// <summary>What a connection request must show; empty for nothing.</summary>
    public string RequestUserName { get; init; } = "";

    /// <summary>The password to it.</summary>
    public string RequestPassword { get; init; } = "";

    /// <summary>The pause before an Inform is tried again, at first; it doubles up to a minute.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The pause before the first Inform, so that a fleet does not call all at once.</summary>
    public TimeSpan StartDelay { get; init; }

    /// <summary>The gateway in whose LAN it is; null where it is behind none.</summary>
    public HomeGateway? Lan { get; init; }

    /// <summary>How it misbehaves.</summary>
    public CpeQuirks Quirks { get; init; } = CpeQuirks.None;
}
