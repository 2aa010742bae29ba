namespace DeviceConsole.Core.Alarms;

/// <summary>
/// What many events, in the order in which they came, make of alarms. However often one condition came and went meanwhile, it is raised and cleared at most once:
/// the outcome is the same, the events tell of the rest.
/// </summary>
internal sealed class AlarmChanges
{
    private readonly Dictionary<(Guid Device, string Key), State> states = [];

    private sealed class State
    {
        public AlarmSignal? Signal { get; set; }

        public string? ClearedBy { get; set; }

        public bool IsRaised { get; set; }
    }

    /// <summary>What has to be raised before it is cleared: it came and went.</summary>
    public IReadOnlyList<AlarmSignal> Gone => [.. states.Values.Where(s => !s.IsRaised && s.Signal is not null).Select(s => s.Signal!)];

    /// <summary>What is to be cleared, by who says that it is over.</summary>
    public IEnumerable<IGrouping<string, (Guid Device, string Key)>> Cleared => states.Where(s => s.Value.ClearedBy is not null).GroupBy(s => s.Value.ClearedBy!, s => s.Key);

    /// <summary>What is raised in the end.</summary>
    public IReadOnlyList<AlarmSignal> Raised => [.. states.Values.Where(s => s.IsRaised).Select(s => s.Signal!)];

    /// <summary>A condition came, or was told again: the last one counts, and how many there were.</summary>
    public void Raise(AlarmSignal signal)
    {
        var state = Of(signal.Device, signal.Key);
        state.Signal = state.IsRaised ? signal with { Times = state.Signal!.Times + signal.Times } : signal;
        state.IsRaised = true;
    }

    /// <summary>A condition is over.</summary>
    public void Clear(Guid device, string key, string by)
    {
        var state = Of(device, key);
        (state.ClearedBy, state.IsRaised) = (by, false);
    }

    private State Of(Guid device, string key)
    {
        if (!states.TryGetValue((device, key), out var state)) states[(device, key)] = state = new State();
        return state;
    }
}
