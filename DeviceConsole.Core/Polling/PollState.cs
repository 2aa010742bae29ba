using System.Text.Json;

namespace DeviceConsole.Core.Polling;

/// <summary>What the next reading of a device is compared with. Small, and kept with the target, so that any node can go on.</summary>
internal sealed record PollState
{
    public DateTimeOffset At { get; init; }

    public double? Uptime { get; init; }

    // Series → the counter as it was read.
    public Dictionary<int, string> Raw { get; init; } = [];

    // Instance of a column of discontinuity → its value.
    public Dictionary<string, string> Marks { get; init; } = [];

    // Number of the threshold ':' series → readings beyond it in a row, below zero while the alarm is raised.
    public Dictionary<string, int> Beyond { get; init; } = [];

    public static PollState? Read(string? json)
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize<PollState>(json);
        }
        catch (JsonException)
        {
            // Written by another version: the next reading begins anew.
            return null;
        }
    }

    public string Write() => JsonSerializer.Serialize(this);
}
