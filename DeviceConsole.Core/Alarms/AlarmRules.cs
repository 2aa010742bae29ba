using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Alarms;

/// <summary>Makes alarms of events by the tenant's rules. Rules are remembered for at most 10 s.</summary>
public sealed class AlarmRules(DataSources dataSources, AlarmDesk desk, TimeProvider time)
{
    private readonly TimedCache<Guid, IReadOnlyList<AlarmRuleView>> cache = new(TimeSpan.FromSeconds(10), 10_000, time);

    /// <summary>Raises and clears what an event of a device says.</summary>
    public Task NoteAsync(Guid tenant, Guid device, AlarmEvent told, CancellationToken cancellationToken) => NoteAsync(tenant, [(device, told)], cancellationToken);

    /// <summary>Raises and clears what many events say, in their order; a handful of statements however many there are.</summary>
    public async Task NoteAsync(Guid tenant, IReadOnlyList<(Guid Device, AlarmEvent Told)> events, CancellationToken cancellationToken)
    {
        var rules = await ForAsync(tenant, cancellationToken);
        var changes = new AlarmChanges();
        foreach (var (device, told) in events)
        {
            foreach (var r in rules.Where(r => r.Rule.ClearOn.Any(p => AlarmTemplate.Fits(p, told.Kind)))) changes.Clear(device, AlarmTemplate.Fill(r.Rule.Key, told), told.Protocol);
            foreach (var r in rules.Where(r => r.Rule.RaiseOn.Any(p => AlarmTemplate.Fits(p, told.Kind))))
                changes.Raise(new AlarmSignal(device, AlarmTemplate.Fill(r.Rule.Key, told), told.Protocol, r.Rule.Severity, AlarmTemplate.Fill(r.Rule.Text, told), told.Detail));
        }

        if (changes.Gone is { Count: > 0 } gone) await desk.RaiseAsync(tenant, gone, cancellationToken);
        foreach (var cleared in changes.Cleared) await desk.ClearAsync(tenant, [.. cleared], cleared.Key, cancellationToken);
        if (changes.Raised is { Count: > 0 } raised) await desk.RaiseAsync(tenant, raised, cancellationToken);
    }

    /// <summary>The tenant's rules have changed on this node.</summary>
    internal void Forget(Guid tenant) => cache.Forget(tenant);

    /// <summary>Built-in rules with the tenant's changes, then its own.</summary>
    internal async Task<IReadOnlyList<AlarmRuleView>> LoadAsync(Guid tenant, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add("SELECT id, builtin, name, enabled, raise_on, clear_on, severity, key, text FROM alarm_rules WHERE tenant_id = $1 ORDER BY name, id", Sql.Uuid(tenant));
        var rows = await batch.ListAsync(Read, cancellationToken);
        return [.. BuiltInAlarmRules.All.Select(b => rows.Find(r => r.Builtin == b.Builtin) is { } own ? own with { Id = b.Id } : b), .. rows.Where(r => r.Builtin is null)];
    }

    private async Task<IReadOnlyList<AlarmRuleView>> ForAsync(Guid tenant, CancellationToken cancellationToken) =>
        await cache.GetAsync(tenant, async (id, stop) => [.. (await LoadAsync(id, stop)).Where(r => r.Rule.Enabled)], cancellationToken) ?? [];

    private static AlarmRuleView Read(NpgsqlDataReader r) => new(r.GetGuid(0), r.TextOrNull(1), !r.IsDBNull(1), new AlarmRuleInput
    {
        Name = r.GetString(2), Enabled = r.GetBoolean(3), RaiseOn = r.GetFieldValue<string[]>(4), ClearOn = r.GetFieldValue<string[]>(5),
        Severity = AlarmService.Severity(r.GetString(6)), Key = r.GetString(7), Text = r.GetString(8),
    });
}
