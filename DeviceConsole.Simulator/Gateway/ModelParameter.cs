namespace DeviceConsole.Simulator.Gateway;

/// <summary>Where a parameter's value comes from.</summary>
public enum ValueSource
{
    /// <summary>It is stored.</summary>
    Stored,

    /// <summary>Seconds since boot.</summary>
    UpTime,

    /// <summary>The present time.</summary>
    Clock,

    /// <summary>Grows from boot on; computed on reading, so that nothing runs while nobody asks. Raises no change.</summary>
    Counter,

    /// <summary>The number of rows of a table.</summary>
    Entries,
}

/// <summary>One parameter of the gateway's data model; shared by all gateways of the process.</summary>
public sealed record ModelParameter
{
    /// <summary>The last segment of its path.</summary>
    public required string Name { get; init; }

    /// <summary>The base type.</summary>
    public required string Type { get; init; }

    /// <summary>Whether it can be set.</summary>
    public bool Writable { get; init; }

    /// <summary>Whether its value is hidden.</summary>
    public bool Secret { get; init; }

    /// <summary>Whether the value is a comma-separated list.</summary>
    public bool IsList { get; init; }

    /// <summary>The allowed words, or null.</summary>
    public IReadOnlyList<string>? Enumeration { get; init; }

    /// <summary>The least number allowed.</summary>
    public decimal? Minimum { get; init; }

    /// <summary>The largest number allowed.</summary>
    public decimal? Maximum { get; init; }

    /// <summary>The longest text in characters (bytes for base64 and hexBinary).</summary>
    public int? MaxLength { get; init; }

    /// <summary>The value of a new row or gateway; may hold {placeholders}.</summary>
    public string Default { get; init; } = "";

    /// <summary>Where the value comes from.</summary>
    public ValueSource Source { get; init; }

    /// <summary>Counters: growth in a second.</summary>
    public double Rate { get; init; }

    /// <summary>Gauges wander between these two; null for all else.</summary>
    public (int Low, int High)? Gauge { get; init; }

    /// <summary>Entries: the index of the table among the object's children.</summary>
    public int Table { get; init; } = -1;
}
