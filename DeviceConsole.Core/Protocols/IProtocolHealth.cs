namespace DeviceConsole.Core.Protocols;

/// <summary>
/// A part that a protocol needs and that can be gone by itself, like a broker. It is told in /health and does not make the node unready:
/// the other protocols go on, and taking the node out of service would take them along.
/// </summary>
public interface IProtocolHealth
{
    /// <summary>For example <c>mqtt</c>.</summary>
    string Name { get; }

    /// <summary>False where it is not configured, and so not told of.</summary>
    bool IsUsed { get; }

    /// <summary>Null while it works, else a sentence: what is wrong and what to do.</summary>
    string? Problem { get; }
}
