using DeviceConsole.Core.Jobs;

namespace DeviceConsole.Tests.Components;

/// <summary>Jobs as the feed delivers them; a higher number is a newer job.</summary>
internal static class TestJobs
{
    private static readonly Guid Device = Guid.Parse("01900000-0000-7000-8000-0000000000aa");

    public static JobView Job(int number, JobState state = JobState.Queued, int revision = 1, string protocol = "snmp") => new()
    {
        Id = Guid.Parse($"01900000-0000-7000-8000-{number:x12}"),
        DeviceId = Device,
        DeviceName = "sw-1",
        Protocol = protocol,
        Operation = "walk",
        Description = $"Walk {number}",
        State = state,
        Priority = JobPriority.Normal,
        Attempt = state == JobState.Queued ? 0 : 1,
        MaxAttempts = 3,
        CreatedBy = "ana",
        CreatedAt = DateTimeOffset.UnixEpoch.AddSeconds(number),
        RunAt = DateTimeOffset.UnixEpoch.AddSeconds(number),
        Revision = revision,
    };
}
