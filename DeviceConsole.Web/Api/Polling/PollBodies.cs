using DeviceConsole.Core.Polling;

namespace DeviceConsole.Web.Api.Polling;

/// <summary>An object of a profile.</summary>
/// <param name="Oid">An object identifier or a name of the MIB library, for example <c>IF-MIB::ifHCInOctets</c>.</param>
/// <param name="Name">What it is called; the MIB's name where it is absent.</param>
/// <param name="Unit">What the values are in after scaling.</param>
/// <param name="Scale">Each value, or rate of a counter, times this.</param>
/// <param name="Label">The column whose text names the rows.</param>
/// <param name="Discontinuity">The column that changes when a row's counters began anew.</param>
public sealed record PollObjectBody(string? Oid, string? Name = null, string? Unit = null, double Scale = 1, string? Label = null, string? Discontinuity = null);

/// <summary>A polling profile.</summary>
/// <param name="Name">1 to 200 characters.</param>
/// <param name="Objects">1 to 50.</param>
/// <param name="IntervalSeconds">Seconds between two readings, 10 to 86,400.</param>
/// <param name="Thresholds">At most 50.</param>
/// <param name="AllDevices">For every device that can be read so.</param>
/// <param name="Tags">For devices with one of these labels.</param>
/// <param name="DeviceIds">For these devices.</param>
/// <param name="Enabled">False: it reads nothing.</param>
public sealed record PollProfileBody(string? Name, IReadOnlyList<PollObjectBody>? Objects, int IntervalSeconds = 60, IReadOnlyList<PollThreshold>? Thresholds = null,
    bool AllDevices = false, IReadOnlyList<string>? Tags = null, IReadOnlyList<Guid>? DeviceIds = null, bool Enabled = true)
{
    /// <summary>What the service takes.</summary>
    public PollProfileInput ToInput() => new()
    {
        Name = Name ?? "", Enabled = Enabled, IntervalSeconds = IntervalSeconds, AllDevices = AllDevices, Tags = Tags ?? [], DeviceIds = DeviceIds ?? [], Thresholds = Thresholds ?? [],
        Objects = [.. (Objects ?? []).Select(o => new PollObject(o.Name ?? "", o.Oid ?? "", false) { Unit = o.Unit ?? "", Scale = o.Scale, Label = o.Label, Discontinuity = o.Discontinuity })],
    };
}
