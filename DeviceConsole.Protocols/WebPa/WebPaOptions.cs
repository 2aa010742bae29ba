using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.WebPa;

/// <summary>How this node keeps the connections of WebPA devices; configuration section <c>WebPa</c>.</summary>
[SettingsSection(WebPaOptions.Section)]
public sealed class WebPaOptions
{
    /// <summary>The configuration's section.</summary>
    public const string Section = "WebPa";

    /// <summary>How long a connection is silent before the server sends a PING; parodus drops one that sends none.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>After so long without any answer a device is taken for gone.</summary>
    public TimeSpan IdleLimit { get; set; } = TimeSpan.FromSeconds(135);

    /// <summary>The longest message of a device in bytes, over all its frames; a longer one closes the connection (1009).</summary>
    public int MaximumMessage { get; set; } = 1024 * 1024;

    /// <summary>Messages that are skipped (text frames, bytes that are no WRP) before the connection is closed (1007).</summary>
    public int MaximumSkipped { get; set; } = 32;

    /// <summary>Connections of one device in a minute; more are turned away for a while.</summary>
    public int MaximumOpenings { get; set; } = 12;

    /// <summary>How often a device that fetches firmware is asked how far it is.</summary>
    public TimeSpan FirmwarePoll { get; set; } = TimeSpan.FromSeconds(10);
}
