namespace DeviceConsole.Benchmarks;

/// <summary>One figure, in the shape of the JSON file: one object a line.</summary>
/// <param name="Scenario">The scenario's name.</param>
/// <param name="Metric">What was measured.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Value">The product's figure.</param>
/// <param name="BaselineName">What it was compared with in the same run, or null.</param>
/// <param name="Baseline">The baseline's figure.</param>
/// <param name="Ratio">How far the product is ahead: above 1 it is better, whichever way the unit counts.</param>
/// <param name="Target">The target in words, or null.</param>
/// <param name="Met">True where the target was met; null where there is none.</param>
internal sealed record Measurement(
    string Scenario, string Metric, string Unit, double Value, string? BaselineName, double? Baseline, double? Ratio, string? Target, bool? Met);

/// <summary>Which way a unit counts.</summary>
internal enum Better
{
    /// <summary>More is better.</summary>
    Higher,

    /// <summary>Less is better.</summary>
    Lower,
}
