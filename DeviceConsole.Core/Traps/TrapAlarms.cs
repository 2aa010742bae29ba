using DeviceConsole.Core.Alarms;

namespace DeviceConsole.Core.Traps;

/// <summary>Notifications become alarms by the tenant's rules.</summary>
internal sealed class TrapAlarms(AlarmRules rules) : ITrapSubscriber
{
    /// <inheritdoc />
    public async Task OnTrapsAsync(Guid tenant, IReadOnlyList<TrapNotification> traps, CancellationToken cancellationToken)
    {
        foreach (var trap in traps)
            await rules.NoteAsync(tenant, trap.DeviceId, new AlarmEvent(trap.Protocol, trap.Oid, trap.Message, trap.Detail), cancellationToken);
    }
}
