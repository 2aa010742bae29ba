namespace DeviceConsole.Core.Diagnostics;

/// <summary>One part of the application and how it is.</summary>
/// <param name="Name">For example <c>database</c>.</param>
/// <param name="Healthy">True where it works.</param>
/// <param name="Reason">A sentence: what is wrong and what to do, or that all is well.</param>
public sealed record HealthPart(string Name, bool Healthy, string Reason);

/// <summary>All parts.</summary>
public sealed record HealthReport(IReadOnlyList<HealthPart> Parts)
{
    /// <summary>True where every part works.</summary>
    public bool Healthy => Parts.All(p => p.Healthy);
}
