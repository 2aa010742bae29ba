namespace DeviceConsole.Web.Components.Polling;

/// <summary>A time range of graphs.</summary>
public sealed record GraphSpan(string? Id, string Name, TimeSpan Length)
{
    /// <summary>The shortest first; the one without an id is shown without a choice.</summary>
    public static IReadOnlyList<GraphSpan> All { get; } =
    [
        new("15m", "15 min", TimeSpan.FromMinutes(15)), new(null, "1 h", TimeSpan.FromHours(1)), new("6h", "6 h", TimeSpan.FromHours(6)), new("24h", "24 h", TimeSpan.FromHours(24)),
        new("7d", "7 d", TimeSpan.FromDays(7)), new("30d", "30 d", TimeSpan.FromDays(30)), new("1y", "1 y", TimeSpan.FromDays(365)),
    ];

    /// <summary>The range of that id; an hour where there is none.</summary>
    public static GraphSpan Of(string? id) => All.FirstOrDefault(s => s.Id == id) ?? All[1];
}
