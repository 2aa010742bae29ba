namespace DeviceConsole.Simulator.Gateway;

/// <summary>What happened to a gateway as a whole.</summary>
public enum GatewayEventKind
{
    /// <summary>It goes down now; connections break and nothing answers until <see cref="Booted"/>.</summary>
    Rebooting,

    /// <summary>It is up again.</summary>
    Booted,

    /// <summary>All settings are back at their defaults; a reboot follows.</summary>
    FactoryReset,

    /// <summary>An image was written to a bank and can be activated.</summary>
    FirmwareDownloaded,

    /// <summary>The other image runs since this boot; comes before <see cref="Booted"/>.</summary>
    FirmwareActivated,

    /// <summary>A diagnostic ended; its object holds the results and DiagnosticsState tells how.</summary>
    DiagnosticComplete,
}

/// <summary>
/// One event. <paramref name="Path"/>: the object concerned (a diagnostic, a firmware image, or "Device."). <paramref name="Cause"/>:
/// the words given to the reboot (USP's LocalReboot, RemoteReboot, LocalFactoryReset, RemoteFactoryReset, FirmwareUpdate) or the
/// DiagnosticsState.
/// </summary>
public sealed record GatewayEvent(GatewayEventKind Kind, string Path, string Cause, string SoftwareVersion);
