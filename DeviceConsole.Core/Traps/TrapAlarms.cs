using DeviceConsole.Core.Alarms;

namespace DeviceConsole.Core.Traps;

/// <summary>Notifications become alarms by the tenant's rules.</summary>
internal sealed class TrapAlarms(AlarmRules rules) : ITrapSubscriber
{
    /// <inheritdoc />
    public Task OnTrapsAsync(Guid tenant, IReadOnlyList<TrapNotification> traps, CancellationToken cancellationToken) =>
        rules.NoteAsync(tenant, [.. traps.Select(t => (t.DeviceId, new AlarmEvent(t.Protocol, t.Oid, t.Message, t.Detail)))], cancellationToken);
}
