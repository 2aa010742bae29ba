using System.Net;
using DeviceConsole.Core.Alarms;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Gateway;

/// <summary>A session that is to be taken in the database, with all that the device told with its call.</summary>
/// <param name="Session">The session; its epoch is not known yet.</param>
/// <param name="OpenedAt">When it began: the partition of its row.</param>
/// <param name="Transport">How it came.</param>
/// <param name="Remote">Where it came from.</param>
internal sealed record SessionOpening(DeviceSession Session, DateTimeOffset OpenedAt, string Transport, IPAddress? Remote)
{
    /// <summary>The place, kept where none is known yet; null for none.</summary>
    public IdentityPlace? Place { get; init; }

    /// <summary>Values to store.</summary>
    public IReadOnlyList<ParameterValue> Reported { get; init; } = [];

    /// <summary>What is merged into the endpoint's settings; null for nothing.</summary>
    public string? Learnt { get; init; }

    /// <summary>What is filled into the device's record; null for nothing.</summary>
    public DeviceFacts? Facts { get; init; }

    /// <summary>Events.</summary>
    public IReadOnlyList<AlarmEvent> Events { get; init; } = [];
}

/// <summary>A session that was taken.</summary>
/// <param name="Epoch">Its epoch.</param>
/// <param name="Places">From where the device called before, the newest first.</param>
/// <param name="HasParked">Work may wait for a report of the device.</param>
internal readonly record struct OpenedSession(long Epoch, IReadOnlyList<IdentityPlace> Places, bool HasParked);
