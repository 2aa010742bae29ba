using System.Globalization;

namespace DeviceConsole.Simulator.Snmp;

/// <summary>How a simulated agent misbehaves.</summary>
public enum AgentFaultKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Every answer is late by <see cref="AgentFault.Delay"/>.</summary>
    Slow,

    /// <summary>No answer.</summary>
    Silent,

    /// <summary>Answers that are no SNMP messages, or broken ones.</summary>
    Garbage,

    /// <summary>In the middle of the interface table the successor lies before the name that was asked for.</summary>
    NonIncreasing,

    /// <summary>tooBig with no variables for every answer of more than five, as some routers send it.</summary>
    TooBig,
}

/// <summary>A fault and its parameter.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Delay">For <see cref="AgentFaultKind.Slow"/>.</param>
public readonly record struct AgentFault(AgentFaultKind Kind, TimeSpan Delay = default)
{
    /// <summary>Reads <c>slow:500ms</c>, <c>slow:2s</c>, <c>silent</c>, <c>garbage</c>, <c>nonincreasing</c>, <c>toobig</c> or <c>none</c>.</summary>
    /// <exception cref="UsageException">It is none of these.</exception>
    public static AgentFault Parse(string text) => text switch
    {
        "none" => default,
        "silent" => new AgentFault(AgentFaultKind.Silent),
        "garbage" => new AgentFault(AgentFaultKind.Garbage),
        "nonincreasing" => new AgentFault(AgentFaultKind.NonIncreasing),
        "toobig" => new AgentFault(AgentFaultKind.TooBig),
        _ when text.StartsWith("slow:", StringComparison.Ordinal) => new AgentFault(AgentFaultKind.Slow, ParseDelay(text[5..])),
        _ => throw new UsageException($"\"{text}\" is no fault: use slow:500ms, silent, garbage, nonincreasing, toobig or none."),
    };

    private static TimeSpan ParseDelay(string text)
    {
        var unit = text.EndsWith("ms", StringComparison.Ordinal) ? 1 : text.EndsWith('s') ? 1000 : 0;
        var digits = text.TrimEnd('m', 's');
        if (unit == 0 || !int.TryParse(digits, CultureInfo.InvariantCulture, out var number) || number is < 0 or > 600_000)
            throw new UsageException($"\"{text}\" is no delay: use 500ms or 2s.");
        return TimeSpan.FromMilliseconds((double)number * unit);
    }
}
