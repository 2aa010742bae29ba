namespace DeviceConsole.Core.Live;

/// <summary>How this node hears of changes.</summary>
public enum LiveFeedState
{
    /// <summary>Not connected yet.</summary>
    Connecting,

    /// <summary>Changes come with their commit.</summary>
    Live,

    /// <summary>The connection is lost: changes are looked for every few seconds until it is back.</summary>
    CatchingUp,
}
