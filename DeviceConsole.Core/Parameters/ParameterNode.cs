namespace DeviceConsole.Core.Parameters;

/// <summary>One line of a level of a device's tree: an object, or a parameter with its value.</summary>
/// <param name="Path">The full path; an object's ends with a dot.</param>
/// <param name="Name">What it is called on its level, without dots; several segments of an OID where only they lie between.</param>
/// <param name="IsObject">True for an object.</param>
public sealed record ParameterNode(string Path, string Name, bool IsObject)
{
    /// <summary>Objects: how many values lie below.</summary>
    public long Count { get; init; }

    /// <summary>Parameters: the newest value; null where the device named the path without one.</summary>
    public string? Value { get; init; }

    /// <summary>Parameters: the type in the protocol's own words.</summary>
    public string Type { get; init; } = "";

    /// <summary>A parameter can be set, a table take rows, a row be deleted; null where the protocol did not say.</summary>
    public bool? Writable { get; init; }

    /// <summary>The protocol's id that it came by last.</summary>
    public string Source { get; init; } = "";

    /// <summary>When the value, or the newest below an object, last became another one.</summary>
    public DateTimeOffset ChangedAt { get; init; }
}

/// <summary>What lies directly below one object. <paramref name="IsCut"/>: there are more than a page shows.</summary>
public sealed record ParameterLevel(string Object, IReadOnlyList<ParameterNode> Nodes, bool IsCut);
