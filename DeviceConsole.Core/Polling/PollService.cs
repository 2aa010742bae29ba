using System.Text.Json.Nodes;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Polling;

/// <summary>A tenant's polling profiles. Changing them needs <see cref="Rights.ManageSchedules"/>.</summary>
public sealed class PollService(DataSources dataSources, MibCache mibs, ProtocolCatalog protocols)
{
    private const int MaximumDevices = 10_000;

    private const string Select =
        """
        SELECT p.id, p.name, p.enabled, p.interval_s, p.objects::text, p.thresholds::text, p.all_devices, p.tags, p.device_ids,
               (SELECT count(*) FROM poll_targets t WHERE t.tenant_id = p.tenant_id AND t.profile_id = p.id), (SELECT count(*) FROM poll_targets t WHERE t.tenant_id = p.tenant_id AND t.profile_id = p.id AND t.failures > 0),
               (SELECT max(t.last_at) FROM poll_targets t WHERE t.tenant_id = p.tenant_id AND t.profile_id = p.id)
        FROM poll_profiles p WHERE p.tenant_id = $1 AND ($2::uuid IS NULL OR p.id = $2) ORDER BY lower(p.name), p.id
        """;

    private const string Put =
        """
        INSERT INTO poll_profiles AS p (tenant_id, id, name, enabled, interval_s, objects, thresholds, all_devices, tags, device_ids, created_by)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 WHERE $12 = (EXISTS (SELECT FROM poll_profiles o WHERE o.tenant_id = $1 AND o.id = $2))
        ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, enabled = excluded.enabled, interval_s = excluded.interval_s, objects = excluded.objects, thresholds = excluded.thresholds,
            all_devices = excluded.all_devices, tags = excluded.tags, device_ids = excluded.device_ids, updated_at = now()
        RETURNING p.id
        """;

    /// <summary>By name.</summary>
    public async Task<Result<IReadOnlyList<PollProfileView>>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see polling profiles");
        return (await ReadAsync(caller, null, cancellationToken)).ToArray();
    }

    /// <summary>One profile.</summary>
    public async Task<Result<PollProfileView>> GetAsync(Caller caller, Guid id, CancellationToken cancellationToken) =>
        caller.May(Rights.View) && await ReadAsync(caller, id, cancellationToken) is [var one] ? one : Problem.NotFound("polling profile");

    /// <summary>Makes a profile; it reads within a few seconds.</summary>
    public Task<Result<PollProfileView>> CreateAsync(Caller caller, PollProfileInput input, CancellationToken cancellationToken) => SaveAsync(caller, Guid.CreateVersion7(), false, input, cancellationToken);

    /// <summary>Replaces a profile; samples of objects that stay go on.</summary>
    public Task<Result<PollProfileView>> UpdateAsync(Caller caller, Guid id, PollProfileInput input, CancellationToken cancellationToken) => SaveAsync(caller, id, true, input, cancellationToken);

    /// <summary>Deletes a profile; its samples are not shown any more.</summary>
    public async Task<Result<Done>> DeleteAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageSchedules) || !caller.Scope.IsAll) return Problem.Forbidden("change polling profiles");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("DELETE FROM poll_profiles WHERE tenant_id = $1 AND id = $2 RETURNING name", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        if (await batch.FirstAsync(r => r.GetString(0), cancellationToken) is not { } name) return Problem.NotFound("polling profile");
        await new AuditLog(dataSources).WriteAsync(caller, new AuditEntry("poll-profile.delete", "poll-profile", id.ToString(), $"Deleted the polling profile {name}."), cancellationToken);
        return new Done();
    }

    private async Task<IReadOnlyList<PollProfileView>> ReadAsync(Caller caller, Guid? id, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(Select, Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        return await batch.ListAsync(Read, cancellationToken);
    }

    private static PollProfileView Read(NpgsqlDataReader r) => new(r.GetGuid(0), new PollProfileInput
    {
        Name = r.GetString(1), Enabled = r.GetBoolean(2), IntervalSeconds = r.GetInt32(3), Objects = PollJson.Objects(r.GetString(4)), Thresholds = PollJson.Thresholds(r.GetString(5)),
        AllDevices = r.GetBoolean(6), Tags = r.GetFieldValue<string[]>(7), DeviceIds = r.GetFieldValue<Guid[]>(8),
    }, (int)r.GetInt64(9), (int)r.GetInt64(10), r.TimeOrNull(11));

    private async Task<Result<PollProfileView>> SaveAsync(Caller caller, Guid id, bool isThere, PollProfileInput input, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageSchedules) || !caller.Scope.IsAll) return Problem.Forbidden("change polling profiles");
        var errors = new List<FieldError>();
        input = input with { Name = input.Name.Trim(), Tags = [.. input.Tags.Select(t => t.Trim().ToLowerInvariant()).Where(t => t.Length > 0).Distinct()], Objects = Resolve((await mibs.GetAsync(caller.Tenant, cancellationToken)).Tree, input.Objects, errors) };
        Check(input, errors);
        if (errors.Count > 0) return Problem.Invalid(errors);
        await using (var batch = new TenantBatch(dataSources.App, caller.Tenant))
        {
            batch.Add(Put, Sql.Uuid(caller.Tenant), Sql.Uuid(id), Sql.Text(input.Name), Sql.Bool(input.Enabled), Sql.Int(input.IntervalSeconds), Sql.Json(PollJson.Write(input.Objects)), Sql.Json(PollJson.Write(input.Thresholds)),
                Sql.Bool(input.AllDevices), Sql.Texts([.. input.Tags]), Sql.Uuids([.. input.DeviceIds]), Sql.Text(caller.ActorName), Sql.Bool(isThere));
            if (await batch.FirstAsync(r => r.GetGuid(0), cancellationToken) == Guid.Empty) return Problem.NotFound("polling profile");
        }
        await using (var batch = new TenantBatch(dataSources.App, caller.Tenant))
        {
            batch.Add("SELECT sys.reconcile_polls($1, $2)", Sql.Texts(Poller.Protocols(protocols)), Sql.Uuid(caller.Tenant));
            await batch.ExecuteAsync(cancellationToken);
        }
        await new AuditLog(dataSources).WriteAsync(caller, new AuditEntry(isThere ? "poll-profile.update" : "poll-profile.create", "poll-profile", id.ToString(), $"{(isThere ? "Changed" : "Made")} the polling profile {input.Name}.")
        {
            After = new JsonObject { ["intervalSeconds"] = input.IntervalSeconds, ["objects"] = string.Join(' ', input.Objects.Select(o => o.Name)), ["allDevices"] = input.AllDevices, ["tags"] = string.Join(' ', input.Tags), ["enabled"] = input.Enabled },
        }, cancellationToken);
        return await GetAsync(caller, id, cancellationToken);
    }

    // What is multiplied is no longer in the MIB's unit.
    private static string UnitOf(PollObject wanted, MibDefinition? definition) =>
        wanted.Unit.Trim() is { Length: > 0 } given ? given : wanted.Scale == 1 ? ObjectUnit.Of(definition, ObjectUnit.IsCounter(definition)) : "";

    // Names become object identifiers; the MIB says what is a column.
    private static List<PollObject> Resolve(MibTree tree, IReadOnlyList<PollObject> objects, List<FieldError> errors)
    {
        var resolved = new List<PollObject>();
        for (var i = 0; i < objects.Count; i++)
        {
            var wanted = objects[i].Oid.Trim();
            if (wanted.Length == 0 || tree.Resolve(wanted) is not { } arcs || arcs.Length < 3)
            {
                errors.Add(new FieldError($"objects[{i}].oid", $"\"{wanted}\" is neither an object identifier nor a name of the MIB library."));
                continue;
            }
            var match = tree.Longest(arcs);
            var isColumn = match is { Node.Definition.Kind: MibKind.Column } ? match.Value.Rest.Length == 0 : match is { Node.Definition.Kind: MibKind.Scalar } ? false : arcs[^1] != 0;
            if (match is { Node.Definition.Kind: MibKind.Scalar, Rest.Length: 0 }) arcs = [.. arcs, 0];
            if (match is { Node.Definition.Kind: MibKind.Table or MibKind.Row }) errors.Add(new FieldError($"objects[{i}].oid", $"{match.Value.Node.Name} is a table; choose one of its columns."));
            var name = objects[i].Name.Trim() is { Length: > 0 } given ? given : match?.Node.Name ?? wanted;
            resolved.Add(objects[i] with
            {
                Name = name.Length <= 100 ? name : name[..100],
                Oid = MibOid.Format(arcs),
                Column = isColumn,
                Unit = UnitOf(objects[i], match?.Node.Definition),
                Label = Column(objects[i].Label, "label"),
                Discontinuity = Column(objects[i].Discontinuity, "discontinuity"),
            });

            string? Column(string? text, string field)
            {
                if (string.IsNullOrWhiteSpace(text)) return null;
                if (tree.Resolve(text) is { } column) return MibOid.Format(column);
                errors.Add(new FieldError($"objects[{i}].{field}", $"\"{text.Trim()}\" is neither an object identifier nor a name of the MIB library."));
                return null;
            }
        }
        return resolved;
    }

    private static void Check(PollProfileInput input, List<FieldError> errors)
    {
        if (input.Name.Length is < 1 or > 200 || input.Name.Any(char.IsControl)) errors.Add(new("name", "The name has 1 to 200 printable characters."));
        if (input.IntervalSeconds is < 10 or > 86_400) errors.Add(new("intervalSeconds", "The interval is between 10 seconds and a day."));
        if (errors.Count == 0 && input.Objects.Count is < 1 or > 50) errors.Add(new("objects", "A profile reads 1 to 50 objects."));
        if (input.Objects.GroupBy(o => o.Name).FirstOrDefault(g => g.Count() > 1) is { } twice) errors.Add(new("objects", $"{twice.Key} stands here twice; give one of them another name."));
        if (input.Objects.Any(o => !double.IsFinite(o.Scale) || o.Scale == 0 || o.Unit.Length > ObjectUnit.Longest || (o.Name + o.Unit).Any(char.IsControl))) errors.Add(new("objects", "A scale is a number other than 0, and a unit has at most 30 characters."));
        if (input.Thresholds.Count > 50) errors.Add(new("thresholds", "A profile has at most 50 thresholds."));
        for (var i = 0; i < input.Thresholds.Count; i++)
        {
            var bound = input.Thresholds[i];
            if (input.Objects.All(o => o.Name != bound.Object)) errors.Add(new($"thresholds[{i}].object", $"The profile has no object \"{bound.Object}\"."));
            else if (bound.Samples is < 1 or > 100) errors.Add(new($"thresholds[{i}].samples", "A threshold counts 1 to 100 readings."));
            else if (!double.IsFinite(bound.Raise) || !double.IsFinite(bound.Clear) || (bound.Above ? bound.Clear > bound.Raise : bound.Clear < bound.Raise))
                errors.Add(new($"thresholds[{i}].clear", bound.Above ? "It is cleared at or below the value that raises it." : "It is cleared at or above the value that raises it."));
        }
        if (!input.AllDevices && input.Tags.Count == 0 && input.DeviceIds.Count == 0) errors.Add(new("devices", "Say which devices: all, those with a label, or chosen ones."));
        if (input.DeviceIds.Count > MaximumDevices || input.Tags.Count > 50) errors.Add(new("devices", $"At most {MaximumDevices:N0} chosen devices and 50 labels; use a label for more."));
    }
}
