namespace DeviceConsole.Web.Components.Overview;

/// <summary>A time span of the history of jobs.</summary>
/// <param name="Id">Its name in the address; null for the one that is shown without a choice.</param>
/// <param name="Name">Its name.</param>
/// <param name="Length">How far back.</param>
/// <param name="Buckets">Into how many bars it is cut.</param>
public sealed record HistorySpan(string? Id, string Name, TimeSpan Length, int Buckets)
{
    /// <summary>All of them, shortest first.</summary>
    public static IReadOnlyList<HistorySpan> All { get; } =
    [
        new(null, "1 h", TimeSpan.FromHours(1), 60),
        new("24h", "24 h", TimeSpan.FromHours(24), 48),
        new("7d", "7 d", TimeSpan.FromDays(7), 56),
    ];

    /// <summary>How long one bar stands for.</summary>
    public TimeSpan Step => Length / Buckets;

    /// <summary>The span of that name; the first one where there is none.</summary>
    public static HistorySpan Of(string? id) => All.FirstOrDefault(s => s.Id == id) ?? All[0];
}
