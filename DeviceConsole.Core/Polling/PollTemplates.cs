using DeviceConsole.Core.Alarms;

namespace DeviceConsole.Core.Polling;

/// <summary>Profiles to begin with: IF-MIB (RFC 2863), SNMPv2-MIB (RFC 3418) and HOST-RESOURCES-MIB (RFC 2790).</summary>
public static class PollTemplates
{
    private const string IfDescr = "1.3.6.1.2.1.2.2.1.2", Discontinuity = "1.3.6.1.2.1.31.1.1.1.19";

    /// <summary>By their ids.</summary>
    public static IReadOnlyDictionary<string, PollProfileInput> All { get; } = new Dictionary<string, PollProfileInput>
    {
        ["interfaces"] = new()
        {
            Name = "Interfaces",
            Objects =
            [
                Interface("ifHCInOctets", "1.3.6.1.2.1.31.1.1.1.6", "bit/s", 8), Interface("ifHCOutOctets", "1.3.6.1.2.1.31.1.1.1.10", "bit/s", 8),
                Interface("ifInErrors", "1.3.6.1.2.1.2.2.1.14", "errors/s"), Interface("ifOutErrors", "1.3.6.1.2.1.2.2.1.20", "errors/s"),
            ],
            Thresholds = [new("ifInErrors", true, 10, 1, 3, AlarmSeverity.Minor)],
        },
        ["uptime"] = new() { Name = "System uptime", Objects = [new("sysUpTime", "1.3.6.1.2.1.1.3.0", false) { Unit = "days", Scale = 1 / 8_640_000.0 }] },
        ["host"] = new()
        {
            Name = "Host resources",
            Objects =
            [
                new("hrProcessorLoad", "1.3.6.1.2.1.25.3.3.1.2", true) { Unit = "%" },
                new("hrSystemProcesses", "1.3.6.1.2.1.25.1.6.0", false) { Unit = "processes" },
                new("hrStorageUsed", "1.3.6.1.2.1.25.2.3.1.6", true) { Unit = "units", Label = "1.3.6.1.2.1.25.2.3.1.3" },
            ],
            Thresholds = [new("hrProcessorLoad", true, 90, 75, 3, AlarmSeverity.Minor)],
        },
    };

    private static PollObject Interface(string name, string oid, string unit, double scale = 1) => new(name, oid, true) { Unit = unit, Scale = scale, Label = IfDescr, Discontinuity = Discontinuity };
}
