namespace DeviceConsole.Core.Protocols;

/// <summary>Which way a message went.</summary>
public enum TraceDirection
{
    /// <summary>From the device.</summary>
    In,

    /// <summary>To the device.</summary>
    Out,

    /// <summary>Not a message: a remark of the product ("connection lost", "cookie missing").</summary>
    Note,
}

/// <summary>
/// One message of an exchange as people read it. The protocol has taken every credential out of it before it makes the entry.
/// </summary>
/// <param name="At">When it was sent or received.</param>
/// <param name="Direction">Which way.</param>
/// <param name="Title">The message in the protocol's words: "Inform", "GetParameterValues", "GetResponse error-status tooBig".</param>
/// <param name="Body">The message as text (XML, JSON, decoded fields), redacted; cut at <see cref="MaximumBody"/> characters when it is stored.</param>
public sealed record TraceEntry(DateTimeOffset At, TraceDirection Direction, string Title, string Body)
{
    private readonly Lazy<string>? later;

    /// <summary>One whose text is made when somebody wants it: most exchanges in which nothing happened are never kept.</summary>
    public TraceEntry(DateTimeOffset at, TraceDirection direction, string title, Lazy<string> body) : this(at, direction, title, "") => later = body;

    /// <summary>The message as text.</summary>
    public string Body
    {
        get => later?.Value ?? field;
        init => (field, later) = (value, null);
    } = Body;

    /// <summary>The longest body that is kept, in characters.</summary>
    public const int MaximumBody = 32_768;

    /// <summary>The most entries that are kept of one job.</summary>
    public const int MaximumEntries = 200;
}
