namespace DeviceConsole.Core.Diagnostics;

/// <summary>One part of the application and how it is.</summary>
/// <param name="Name">For example <c>database</c>.</param>
/// <param name="Healthy">True where it works.</param>
/// <param name="Reason">A sentence: what is wrong and what to do, or that all is well.</param>
/// <param name="Needed">False where the process serves without it: it is told, but does not make the process unready.</param>
public sealed record HealthPart(string Name, bool Healthy, string Reason, bool Needed = true);

/// <summary>All parts.</summary>
public sealed record HealthReport(IReadOnlyList<HealthPart> Parts)
{
    /// <summary>True where every needed part works.</summary>
    public bool Healthy => Parts.All(p => p.Healthy || !p.Needed);

    /// <summary><c>healthy</c>, <c>degraded</c> where only parts are gone without which the process serves, or <c>unhealthy</c>.</summary>
    public string Status => !Healthy ? "unhealthy" : Parts.All(p => p.Healthy) ? "healthy" : "degraded";
}
