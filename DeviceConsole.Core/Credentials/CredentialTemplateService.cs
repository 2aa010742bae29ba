using System.Globalization;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Credentials;

/// <summary>
/// A tenant's credential templates. What is changed here is in force for every device that uses it from its next job on. Changing them needs
/// <see cref="Rights.ManageDevices"/> over all devices.
/// </summary>
public sealed class CredentialTemplateService(DataSources dataSources, ProtocolCatalog catalog, DeviceSecrets secrets)
{
    private const int MaximumName = 200;
    private const string Thing = "credential template";

    private const string Select =
        """
        SELECT c.id, c.name, c.protocol, c.settings::text, c.secret_fields, c.updated_at, c.secrets,
               (SELECT count(*) FROM device_endpoints e WHERE e.tenant_id = $1 AND e.template_id = c.id)
        FROM credential_templates c WHERE c.tenant_id = $1 AND ($2::uuid IS NULL OR c.id = $2) ORDER BY c.protocol, lower(c.name), c.id
        """;

    private sealed record Stored(CredentialTemplate Template, byte[]? Sealed);

    /// <summary>By protocol and name.</summary>
    public async Task<Result<IReadOnlyList<CredentialTemplate>>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see credential templates");
        return (await ReadAsync(caller.Tenant, null, cancellationToken)).Select(s => s.Template).ToArray();
    }

    /// <summary>One template.</summary>
    public async Task<Result<CredentialTemplate>> GetAsync(Caller caller, Guid id, CancellationToken cancellationToken) =>
        caller.May(Rights.View) && await ReadAsync(caller.Tenant, id, cancellationToken) is [var one] ? one.Template : Problem.NotFound(Thing);

    /// <summary>Makes a template.</summary>
    public async Task<Result<CredentialTemplate>> CreateAsync(Caller caller, CredentialTemplateInput input, CancellationToken cancellationToken)
    {
        if (!MayChange(caller)) return Problem.Forbidden("change credential templates");
        var errors = new List<FieldError>();
        if (Check(input, [], errors) is not { } clean) return Problem.Invalid(errors);
        var id = Guid.CreateVersion7();
        var given = clean.Secrets.Where(s => s.Value.Length > 0).ToDictionary(s => s.Key, s => s.Value);
        return await WriteAsync(caller, id, clean, given, null,
            """
            INSERT INTO credential_templates (tenant_id, id, name, protocol, settings, secrets, secret_fields, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """, cancellationToken);
    }

    /// <summary>Changes a template; its protocol stays.</summary>
    public async Task<Result<CredentialTemplate>> UpdateAsync(Caller caller, Guid id, CredentialTemplateInput input, CancellationToken cancellationToken)
    {
        if (!MayChange(caller)) return Problem.Forbidden("change credential templates");
        if (await ReadAsync(caller.Tenant, id, cancellationToken) is not [var stored]) return Problem.NotFound(Thing);
        var errors = new List<FieldError>();
        if (input.Protocol != stored.Template.Protocol) return Problem.Invalid("protocol", "A template stays with its protocol; make another one for this protocol.");
        if (Check(input, stored.Template.SecretsSet, errors) is not { } clean) return Problem.Invalid(errors);
        Dictionary<string, string> values;
        try
        {
            values = secrets.OpenTemplate(caller.Tenant, id, stored.Sealed).ToDictionary();
        }
        catch (SecretUnreadableException e)
        {
            return Problem.Conflict($"{e.Message} Or make a new template and choose it in the devices.");
        }
        foreach (var (field, value) in clean.Secrets)
        {
            if (value.Length == 0) values.Remove(field);
            else values[field] = value;
        }
        return await WriteAsync(caller, id, clean, values, stored.Template,
            """
            UPDATE credential_templates SET name = $3, protocol = $4, settings = $5, secrets = $6, secret_fields = $7, updated_at = now() WHERE tenant_id = $1 AND id = $2 AND $8 <> ''
            """, cancellationToken);
    }

    /// <summary>Deletes a template that no device uses.</summary>
    public async Task<Result<Done>> DeleteAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!MayChange(caller)) return Problem.Forbidden("delete credential templates");
        if (await ReadAsync(caller.Tenant, id, cancellationToken) is not [var stored]) return Problem.NotFound(Thing);
        if (stored.Template.Devices > 0) return await InUseAsync(caller, stored.Template, cancellationToken);
        try
        {
            await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
            batch.Add("DELETE FROM credential_templates WHERE tenant_id = $1 AND id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
            batch.Add(AuditLog.Command(caller, new AuditEntry("credential-template.delete", "credential-template", id.ToString(), $"Deleted the credential template {stored.Template.Name}.") { Before = Describe(stored.Template) }));
            await batch.ExecuteAsync(cancellationToken);
            return new Done();
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            // Somebody chose it for a device, or for a scan, at this moment.
            return await InUseAsync(caller, stored.Template, cancellationToken);
        }
    }

    private static bool MayChange(Caller caller) => caller.May(Rights.ManageDevices) && caller.Scope.IsAll;

    private async Task<Problem> InUseAsync(Caller caller, CredentialTemplate template, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            """
            SELECT d.name, count(*) OVER () FROM device_endpoints e JOIN devices d ON d.tenant_id = $1 AND d.id = e.device_id
            WHERE e.tenant_id = $1 AND e.template_id = $2 ORDER BY lower(d.name), d.id LIMIT 3
            """, Sql.Uuid(caller.Tenant), Sql.Uuid(template.Id));
        var users = await batch.ListAsync(r => (Name: r.GetString(0), Count: r.GetInt64(1)), cancellationToken);
        if (users.Count == 0) return await TriedAsync(caller, template, cancellationToken);
        var names = string.Join(", ", users.Select(u => u.Name)) + (users[0].Count > users.Count ? " …" : "");
        return Problem.Conflict(string.Create(CultureInfo.InvariantCulture,
            $"{users[0].Count:N0} {(users[0].Count == 1 ? "device uses" : "devices use")} {template.Name} ({names}). Choose another template or own credentials for {(users[0].Count == 1 ? "it" : "them")} first."));
    }

    private async Task<Problem> TriedAsync(Caller caller, CredentialTemplate template, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT s.name FROM discovery_scan_templates u JOIN discovery_scans s ON s.tenant_id = $1 AND s.id = u.scan_id WHERE u.tenant_id = $1 AND u.template_id = $2 ORDER BY lower(s.name) LIMIT 1", Sql.Uuid(caller.Tenant), Sql.Uuid(template.Id));
        return await batch.FirstAsync(r => r.GetString(0), cancellationToken) is { } scan
            ? Problem.Conflict($"The scan {scan} tries {template.Name}. Delete the scan first.")
            : Problem.Conflict($"{template.Name} is in use at this moment. Try again.");
    }

    private async Task<IReadOnlyList<Stored>> ReadAsync(Guid tenant, Guid? id, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add(Select, Sql.Uuid(tenant), Sql.Uuid(id));
        return await batch.ListAsync(r => new Stored(
            new CredentialTemplate(r.GetGuid(0), r.GetString(1), r.GetString(2), JsonNode.Parse(r.GetString(3))!.AsObject(), r.GetFieldValue<string[]>(4), (int)r.GetInt64(7), r.Time(5)),
            r.IsDBNull(6) ? null : r.GetFieldValue<byte[]>(6)), cancellationToken);
    }

    private async Task<Result<CredentialTemplate>> WriteAsync(
        Caller caller, Guid id, CredentialTemplateInput input, IReadOnlyDictionary<string, string> values, CredentialTemplate? before, string statement, CancellationToken cancellationToken)
    {
        var fields = values.Keys.Order(StringComparer.Ordinal).ToArray();
        var after = new CredentialTemplate(id, input.Name, input.Protocol, input.Settings, fields, 0, default);
        var described = Describe(after);
        if (input.Secrets.Count > 0) described["given"] = new JsonArray([.. input.Secrets.Keys.Order(StringComparer.Ordinal).Select(k => (JsonNode?)k)]);
        try
        {
            await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
            batch.Add(statement, Sql.Uuid(caller.Tenant), Sql.Uuid(id), Sql.Text(input.Name), Sql.Text(input.Protocol), Sql.Json(input.Settings.ToJsonString()),
                Sql.Bytes(secrets.SealTemplate(caller.Tenant, id, values)), Sql.Texts(fields), Sql.Text(caller.ActorName));
            batch.Add(AuditLog.Command(caller, new AuditEntry(before is null ? "credential-template.create" : "credential-template.update", "credential-template", id.ToString(),
                $"{(before is null ? "Made" : "Changed")} the credential template {input.Name}.")
            { Before = before is null ? null : Describe(before), After = described }));
            await batch.ExecuteAsync(cancellationToken);
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "credential_templates_name" })
        {
            var taken = $"There is a template called {input.Name} already; give this one another name.";
            return Problem.Conflict(taken) with { Errors = [new FieldError("name", taken)] };
        }
        return await GetAsync(caller, id, cancellationToken);
    }

    // The input in its stored form, or null with what is wrong.
    private CredentialTemplateInput? Check(CredentialTemplateInput input, IReadOnlyList<string> stored, List<FieldError> errors)
    {
        var name = input.Name.Trim();
        if (name.Length is < 1 or > MaximumName || DeviceValidator.HasControls(name)) errors.Add(new FieldError("name", $"A template's name has 1 to {MaximumName} printable characters."));
        if (catalog.Find(input.Protocol) is not { Descriptor.HasTemplates: true } module)
        {
            errors.Add(new FieldError("protocol", $"There are credential templates for: {string.Join(", ", catalog.All.Where(m => m.Descriptor.HasTemplates).Select(m => m.Descriptor.Id))}."));
            return null;
        }
        var fields = module.Descriptor.TemplateSettings;
        var settings = DeviceValidator.Complete(fields, input.Settings);
        var found = DescriptorValidator.Check(fields, settings);
        if (found.Count == 0) found = module.CheckTemplate(settings);
        errors.AddRange(found.Select(e => new FieldError($"settings.{e.Field}", e.Message)));
        DeviceValidator.CheckSecrets(module.Descriptor, new EndpointInput(input.Protocol, settings, input.Secrets), stored, "secrets", errors);
        return errors.Count > 0 ? null : input with { Name = name, Settings = settings };
    }

    private static JsonObject Describe(CredentialTemplate template) => new()
    {
        ["name"] = template.Name, ["protocol"] = template.Protocol, ["settings"] = template.Settings.DeepClone(),
        ["set"] = new JsonArray([.. template.SecretsSet.Select(s => (JsonNode?)s)]),
    };
}
