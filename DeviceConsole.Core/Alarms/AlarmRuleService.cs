using System.Text.Json.Nodes;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Alarms;

/// <summary>A tenant's rules and silences. Changing them needs <see cref="Rights.ManageDevices"/>.</summary>
public sealed class AlarmRuleService(DataSources dataSources, AlarmRules rules, TimeProvider time)
{
    private const string Put =
        """
        INSERT INTO alarm_rules AS r (tenant_id, id, builtin, name, enabled, raise_on, clear_on, severity, key, text)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 WHERE $3::text IS NOT NULL OR $11 = (EXISTS (SELECT FROM alarm_rules o WHERE o.tenant_id = $1 AND o.id = $2))
        ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, enabled = excluded.enabled, raise_on = excluded.raise_on, clear_on = excluded.clear_on,
            severity = excluded.severity, key = excluded.key, text = excluded.text, updated_at = now()
        RETURNING r.id
        """;

    /// <summary>Built-in rules first, then the tenant's own by name.</summary>
    public async Task<Result<IReadOnlyList<AlarmRuleView>>> ListAsync(Caller caller, CancellationToken cancellationToken) =>
        caller.May(Rights.View) ? Result(await rules.LoadAsync(caller.Tenant, cancellationToken)) : Problem.Forbidden("see alarm rules");

    /// <summary>One rule.</summary>
    public async Task<Result<AlarmRuleView>> GetAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        var all = await ListAsync(caller, cancellationToken);
        if (all.Problem is { } problem) return problem;
        return all.Value.FirstOrDefault(r => r.Id == id) is { } rule ? rule : Problem.NotFound("alarm rule");
    }

    /// <summary>Makes a rule of the tenant's own.</summary>
    public Task<Result<AlarmRuleView>> CreateAsync(Caller caller, AlarmRuleInput input, CancellationToken cancellationToken) => SaveAsync(caller, Guid.CreateVersion7(), null, false, input, cancellationToken);

    /// <summary>Changes a rule; a built-in one becomes the tenant's version of it.</summary>
    public Task<Result<AlarmRuleView>> UpdateAsync(Caller caller, Guid id, AlarmRuleInput input, CancellationToken cancellationToken) =>
        SaveAsync(caller, id, BuiltInAlarmRules.All.FirstOrDefault(b => b.Id == id)?.Builtin, true, input, cancellationToken);

    /// <summary>Deletes a rule of the tenant's own; a built-in one goes back to what it was.</summary>
    public async Task<Result<Done>> DeleteAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices)) return Problem.Forbidden("change alarm rules");
        var isBuiltIn = BuiltInAlarmRules.All.Any(b => b.Id == id);
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("DELETE FROM alarm_rules WHERE tenant_id = $1 AND id = $2 RETURNING name", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        if (await batch.FirstAsync(r => r.GetString(0), cancellationToken) is not { } name) return isBuiltIn ? new Done() : Problem.NotFound("alarm rule");
        rules.Forget(caller.Tenant);
        await new AuditLog(dataSources).WriteAsync(caller, new AuditEntry("alarm-rule.delete", "alarm-rule", id.ToString(), isBuiltIn ? $"Took the alarm rule {name} back to what it was." : $"Deleted the alarm rule {name}."), cancellationToken);
        return new Done();
    }

    /// <summary>Silences that have not ended, the one that ends first before the others.</summary>
    public async Task<Result<IReadOnlyList<AlarmSuppression>>> SuppressionsAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see alarm rules");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            """
            SELECT s.id, s.device_id, d.name, s.key, s.until, s.reason, s.created_by FROM alarm_suppressions s LEFT JOIN devices d ON d.tenant_id = s.tenant_id AND d.id = s.device_id
            WHERE s.tenant_id = $1 AND s.until > now() AND ($2::uuid[] IS NULL OR s.device_id = ANY ($2)) ORDER BY s.until, s.id LIMIT 500
            """, Sql.Uuid(caller.Tenant), Sql.Uuids(caller.Scope.ToArray()));
        return await batch.ListAsync(r => new AlarmSuppression(r.GetGuid(0), r.UuidOrNull(1), r.TextOrNull(2), r.GetString(3), r.Time(4), r.GetString(5), r.GetString(6)), cancellationToken);
    }

    /// <summary>Keeps alarms quiet that fit, those that are there and those to come.</summary>
    public async Task<Result<Guid>> SuppressAsync(Caller caller, SuppressionInput input, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices) || (input.DeviceId is null && !caller.Scope.IsAll)) return Problem.Forbidden("suppress alarms by rule");
        if (AlarmService.CheckUntil(input.Until, time.GetUtcNow()) is { } problem) return problem;
        var key = input.Key.Trim();
        if (key.Length is 0 or > AlarmDesk.MaximumKey || key.Any(char.IsControl)) return Problem.Invalid("key", "The key has 1 to 200 characters; * stands for any text.");
        if (input.Reason.Length > 500 || input.Reason.Contains('\0', StringComparison.Ordinal)) return Problem.Invalid("reason", "The reason has at most 500 characters.");
        if (input.DeviceId is { } device && (!caller.Scope.Allows(device) || !await ExistsAsync(caller, device, cancellationToken))) return Problem.Invalid("deviceId", "There is no such device.");
        var id = Guid.CreateVersion7();
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("DELETE FROM alarm_suppressions WHERE tenant_id = $1 AND until <= now()", Sql.Uuid(caller.Tenant));
        batch.Add("INSERT INTO alarm_suppressions (tenant_id, id, device_id, key, until, reason, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7)", Sql.Uuid(caller.Tenant), Sql.Uuid(id),
            Sql.Uuid(input.DeviceId), Sql.Text(key), Sql.Time(input.Until), Sql.Text(input.Reason.Trim()), Sql.Text(caller.ActorName));
        batch.Add(
            """
            UPDATE alarms SET suppressed_until = greatest(suppressed_until, $4) WHERE tenant_id = $1 AND ($2::uuid IS NULL OR device_id = $2)
              AND key LIKE replace(replace(replace(replace($3, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%')
            """, Sql.Uuid(caller.Tenant), Sql.Uuid(input.DeviceId), Sql.Text(key), Sql.Time(input.Until));
        batch.Add("SELECT sys.notify_change('alarms', $1, '{}')", Sql.Uuid(caller.Tenant));
        batch.Add(AuditLog.Command(caller, new AuditEntry("alarm.suppress-rule", "alarm-suppression", id.ToString(), $"Suppressed alarms with the key {key}.") { After = new JsonObject { ["key"] = key, ["deviceId"] = input.DeviceId, ["until"] = input.Until } }));
        await batch.ExecuteAsync(cancellationToken);
        return id;
    }

    /// <summary>Ends a silence; alarms that are quiet because of it are loud again.</summary>
    public async Task<Result<Done>> ResumeAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices)) return Problem.Forbidden("suppress alarms by rule");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            """
            WITH s AS (DELETE FROM alarm_suppressions WHERE tenant_id = $1 AND id = $2 AND ($3::uuid[] IS NULL OR device_id = ANY ($3)) RETURNING device_id, key, until),
            a AS (UPDATE alarms a SET suppressed_until = NULL FROM s WHERE a.tenant_id = $1 AND a.suppressed_until = s.until AND (s.device_id IS NULL OR a.device_id = s.device_id)
                AND a.key LIKE replace(replace(replace(replace(s.key, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%'))
            SELECT s.key, sys.notify_change('alarms', $1, '{}') FROM s
            """, Sql.Uuid(caller.Tenant), Sql.Uuid(id), Sql.Uuids(caller.Scope.ToArray()));
        if (await batch.FirstAsync(r => r.GetString(0), cancellationToken) is not { } key) return Problem.NotFound("suppression");
        await new AuditLog(dataSources).WriteAsync(caller, new AuditEntry("alarm.resume-rule", "alarm-suppression", id.ToString(), $"Ended the suppression of alarms with the key {key}."), cancellationToken);
        return new Done();
    }

    private static Result<IReadOnlyList<AlarmRuleView>> Result(IReadOnlyList<AlarmRuleView> list) => list.ToArray();

    private async Task<bool> ExistsAsync(Caller caller, Guid device, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT 1 FROM devices WHERE tenant_id = $1 AND id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(device));
        return await batch.FirstAsync(r => r.GetInt32(0), cancellationToken) == 1;
    }

    private async Task<Result<AlarmRuleView>> SaveAsync(Caller caller, Guid id, string? builtin, bool isThere, AlarmRuleInput input, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices)) return Problem.Forbidden("change alarm rules");
        if (Check(input) is { Count: > 0 } errors) return Problem.Invalid(errors);
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(Put, Sql.Uuid(caller.Tenant), Sql.Uuid(id), Sql.Text(builtin), Sql.Text(input.Name.Trim()), Sql.Bool(input.Enabled), Sql.Texts([.. input.RaiseOn]), Sql.Texts([.. input.ClearOn]),
            Sql.Text(input.Severity.Text()), Sql.Text(input.Key), Sql.Text(input.Text), Sql.Bool(isThere));
        if (await batch.FirstAsync(r => r.GetGuid(0), cancellationToken) == Guid.Empty) return Problem.NotFound("alarm rule");
        rules.Forget(caller.Tenant);
        await new AuditLog(dataSources).WriteAsync(caller, new AuditEntry(isThere ? "alarm-rule.update" : "alarm-rule.create", "alarm-rule", id.ToString(), $"{(isThere ? "Changed" : "Made")} the alarm rule {input.Name.Trim()}.")
        {
            After = new JsonObject { ["raiseOn"] = string.Join(' ', input.RaiseOn), ["clearOn"] = string.Join(' ', input.ClearOn), ["severity"] = input.Severity.Text(), ["key"] = input.Key, ["text"] = input.Text, ["enabled"] = input.Enabled },
        }, cancellationToken);
        return new AlarmRuleView(id, builtin, builtin is not null, input);
    }

    private static List<FieldError> Check(AlarmRuleInput input)
    {
        var errors = new List<FieldError>();
        Text("name", input.Name, 200, "The name");
        Text("key", input.Key, 200, "The key");
        Text("text", input.Text, 500, "The text");
        Patterns("raiseOn", input.RaiseOn, 1);
        Patterns("clearOn", input.ClearOn, 0);
        return errors;

        void Text(string field, string text, int most, string name)
        {
            if (text.Trim().Length is 0 || text.Length > most || text.Any(char.IsControl)) errors.Add(new FieldError(field, $"{name} has 1 to {most} printable characters."));
        }

        void Patterns(string field, IReadOnlyList<string> patterns, int least)
        {
            if (patterns.Count < least || patterns.Count > 20) errors.Add(new FieldError(field, $"Enter {least} to 20 kinds of events or trap OIDs, one a line."));
            else if (patterns.FirstOrDefault(p => p.Length is 0 or > 200 || p.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) || (p.IndexOf('*', StringComparison.Ordinal) is >= 0 and var star && star < p.Length - 1)) is { } wrong)
                errors.Add(new FieldError(field, $"\"{wrong}\" is no kind of an event: a word or an OID without blanks; * only at its end."));
        }
    }
}
