using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Core.Protocols;

/// <summary>
/// What one execution of a request came to: values, or a fault, or both (a walk that stopped half-way keeps what it got).
/// </summary>
public sealed record ProtocolOutcome
{
    /// <summary>The values that the device gave, in the order it gave them.</summary>
    public IReadOnlyList<ParameterValue> Values { get; init; } = [];

    /// <summary>Null when the request succeeded.</summary>
    public ProtocolFault? Fault { get; init; }

    /// <summary>One sentence about the result for lists and time lines, for example "1,204 values in 3.2 s; stopped at the end of the subtree".</summary>
    public string? Summary { get; init; }

    /// <summary>
    /// False where the values are an answer to look at but say nothing of the device's lasting state,
    /// and so do not go into its parameter tree.
    /// </summary>
    public bool StoreValues { get; init; } = true;

    /// <summary>Objects (each path ends with a dot) that are gone from the device: everything below them is forgotten.</summary>
    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <summary>
    /// Objects (each path ends with a dot) whose contents the device gave whole: what is stored below them from this protocol and is neither among
    /// <see cref="Values"/> nor <see cref="Present"/> is forgotten, in the transaction that ends the job. Only where nothing can be missing: not truncated,
    /// no error below, and no empty answer about a device's root. At most <see cref="MaximumWhole"/>; the rest is not looked at.
    /// Counts only together with <see cref="StoreValues"/>.
    /// </summary>
    public IReadOnlyList<string> Whole { get; init; } = [];

    /// <summary>Paths that are on the device although no value of theirs came: what is stored of them stays.</summary>
    public IReadOnlyList<string> Present { get; init; } = [];

    /// <summary>The most objects of <see cref="Whole"/>.</summary>
    public const int MaximumWhole = 256;

    /// <summary>The exchange, redacted, shown beside the job.</summary>
    public IReadOnlyList<TraceEntry> Trace { get; init; } = [];

    /// <summary>A successful outcome.</summary>
    public static ProtocolOutcome Success(IReadOnlyList<ParameterValue> values, string summary) => new() { Values = values, Summary = summary };

    /// <summary>A failed outcome; <paramref name="partial"/> is what had come in before.</summary>
    public static ProtocolOutcome Failure(ProtocolFault fault, IReadOnlyList<ParameterValue>? partial = null) =>
        new() { Fault = fault, Values = partial ?? [], Summary = fault.Message };
}
