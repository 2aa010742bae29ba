using DeviceConsole.Core.Devices;
using DeviceConsole.Web.Components.Shared.Time;

namespace DeviceConsole.Web.Components.Shared;

/// <summary>What is known of a device's state, with the evidence for it.</summary>
/// <param name="Word">One word.</param>
/// <param name="Tone">green, amber, red or grey.</param>
/// <param name="Evidence">Why, in a sentence.</param>
public sealed record DeviceStatus(string Word, string Tone, string Evidence)
{
    /// <summary>After so long without a contact nobody knows any more.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    /// <summary>The state at <paramref name="now"/>: the last failure counts until the next contact.</summary>
    public static DeviceStatus Of(DeviceRow device, DateTimeOffset now)
    {
        var contact = device.LastContactAt is { } seen ? $"Last contact {BrowserTime.Utc.Relative(seen, now)}" : "It has not answered yet";
        if (device.LastFailureAt is { } failed && (device.LastContactAt is null || failed > device.LastContactAt))
            return new("Failing", "red", $"{contact}; failed {BrowserTime.Utc.Relative(failed, now)}: {device.LastFailure}");
        if (device.LastContactAt is not { } last) return new("Never seen", "grey", $"{contact}. Run a job to find out whether it is reached.");
        return now - last <= Fresh ? new("Online", "green", $"{contact}.") : new("Stale", "amber", $"{contact}; nothing since.");
    }
}
