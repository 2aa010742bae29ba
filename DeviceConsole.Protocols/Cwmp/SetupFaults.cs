using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Cwmp;

/// <summary>Why a device could not be given credentials of its own.</summary>
internal static class SetupFaults
{
    /// <summary>They are not the device's alone.</summary>
    public static ProtocolFault OfTemplate() => new(
        FaultClass.Invalid, "cwmp.credentials-of-template", "The device's credentials come from a credential template, which other devices may share. Enter credentials in the device itself, then set it up.");

    /// <summary>There is no server to set it up for.</summary>
    public static ProtocolFault NoXmppServer() => new(
        FaultClass.Invalid, "cwmp.no-xmpp-server", "This console has no XMPP server. Enter one in the section Cwmp:Xmpp of the configuration, or turn XMPP connection requests off in the device's settings.");

    /// <summary>The device cannot do XMPP.</summary>
    public static ProtocolFault NoXmpp(string? detail = null) => new(
        FaultClass.Refused, "cwmp.no-xmpp", "The device has no Device.XMPP. object, so it cannot be asked over XMPP. Turn XMPP connection requests off in its settings, or look for a newer firmware.", detail);

    /// <summary>The server has no account for it.</summary>
    public static ProtocolFault NoAccount(string device, string acs, bool isForbidden, string reason) => new(
        isForbidden ? FaultClass.Refused : FaultClass.Unreachable,
        "cwmp.no-xmpp-account",
        $"The XMPP server did not make the account {device}. Make {acs} an administrator there who may add users (XEP-0133), or make the account yourself and enter its password as the device's XMPP password.",
        reason);
}
