using DeviceConsole.Core.Data;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace DeviceConsole.Core.Devices;

/// <summary>The tables of devices. Rights, scope and validity were checked before.</summary>
internal sealed class DeviceStore(DataSources dataSources, DeviceSecrets secrets)
{
    private const string Page =
        $"""
        SELECT {DeviceRows.Columns}, f.sort_key
        FROM sys.find_devices($2, $3, $4, $5, $6, $7, $8, $9) WITH ORDINALITY AS f(device_id, sort_key, n)
        JOIN devices d ON d.tenant_id = $1 AND d.id = f.device_id
        JOIN device_contacts c ON c.tenant_id = $1 AND c.device_id = f.device_id
        ORDER BY f.n
        """;

    private const string Counts =
        """
        SELECT count(*), count(*) FILTER (WHERE last_contact_at > now() - interval '1 hour'),
               count(*) FILTER (WHERE last_contact_at = '-infinity'), count(*) FILTER (WHERE last_failure_at > last_contact_at)
        FROM device_contacts WHERE tenant_id = $1 AND ($2::uuid[] IS NULL OR device_id = ANY ($2))
        """;

    private const string InsertDevice =
        """
        INSERT INTO devices (tenant_id, id, name, serial_number, manufacturer, model, address, site, tags, notes)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """;

    private const string UpdateDevice =
        """
        UPDATE devices SET name = $3, serial_number = $4, manufacturer = $5, model = $6, address = $7, site = $8, tags = $9, notes = $10,
               updated_at = now(), version = version + 1
        WHERE tenant_id = $1 AND id = $2 AND version = $11
        """;

    private const string PutEndpoints =
        """
        INSERT INTO device_endpoints (tenant_id, device_id, protocol, identity, settings, secrets, secret_fields, template_id)
        SELECT $1, $2, u.protocol, u.identity, u.settings::jsonb, u.secrets, string_to_array(u.fields, ' '), u.template
        FROM unnest($3::text[], $4::text[], $5::text[], $6::bytea[], $7::text[], $8::uuid[]) AS u(protocol, identity, settings, secrets, fields, template)
        ON CONFLICT (tenant_id, device_id, protocol) DO UPDATE
            SET identity = excluded.identity, settings = excluded.settings, secrets = excluded.secrets, secret_fields = excluded.secret_fields, template_id = excluded.template_id,
                -- A device's session ends when its endpoint changed since it began; an edit of the device's name is none.
                updated_at = CASE WHEN (device_endpoints.identity, device_endpoints.settings, device_endpoints.secrets, device_endpoints.template_id) IS DISTINCT FROM (excluded.identity, excluded.settings, excluded.secrets, excluded.template_id)
                                  THEN now() ELSE device_endpoints.updated_at END
        """;

    /// <summary>One page after a cursor.</summary>
    public async Task<Page<DeviceRow>> PageAsync(Caller caller, DeviceQuery query, DeviceCursor? cursor, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        // One row more than asked for tells whether there is a next page.
        batch.Add(Page, Sql.Uuid(caller.Tenant), Sql.Text(query.Sort.Text()), Sql.Bool(query.Descending), Sql.Text(query.Search), Sql.Text(query.Tag),
            Sql.Uuids(caller.Scope.ToArray()), Sql.Text(cursor?.Key), Sql.Uuid(cursor?.Id), Sql.Int(query.Limit + 1));
        var rows = await batch.ListAsync(r => (Row: DeviceRows.Row(r), Key: r.GetString(DeviceRows.Count)), cancellationToken);
        var more = rows.Count > query.Limit;
        if (more) rows.RemoveAt(query.Limit);
        var next = more ? new DeviceCursor(query.Sort, query.Descending, rows[^1].Key, rows[^1].Row.Id).Encode() : null;
        return new Page<DeviceRow>([.. rows.Select(r => r.Row)], next);
    }

    /// <summary>One device, or null.</summary>
    public async Task<StoredDevice?> LoadAsync(Guid tenant, Guid id, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add(DeviceRows.SelectOne, Sql.Uuid(tenant), Sql.Uuid(id)).Add(DeviceRows.SelectEndpoints, Sql.Uuid(tenant), Sql.Uuid(id));
        await using var reader = await batch.ReadAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        var (row, notes, updated) = (DeviceRows.Row(reader), reader.GetString(DeviceRows.Count), reader.Time(DeviceRows.Count + 1));
        await reader.NextResultAsync(cancellationToken);
        return new StoredDevice(row, notes, updated, await reader.ListAsync(DeviceRows.Endpoint, cancellationToken));
    }

    /// <summary>The numbers of the dashboard.</summary>
    public async Task<DeviceCounts> CountAsync(Caller caller, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(Counts, Sql.Uuid(caller.Tenant), Sql.Uuids(caller.Scope.ToArray()));
        return (await batch.FirstAsync(r => new DeviceCounts((int)r.GetInt64(0), (int)r.GetInt64(1), (int)r.GetInt64(2), (int)r.GetInt64(3)), cancellationToken))!;
    }

    /// <summary>Writes a new device; the problem, or null.</summary>
    public async Task<Problem?> InsertAsync(Caller caller, Guid id, DeviceInput input, CancellationToken cancellationToken)
    {
        try
        {
            await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
            batch.Add(InsertDevice, Columns(caller.Tenant, id, input));
            batch.Add(PutEndpoints, Endpoints(caller.Tenant, id, input, []));
            batch.Add(DeviceAudit.Created(caller, id, input));
            await batch.ExecuteAsync(cancellationToken);
            return null;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // The same request at the same moment was faster: its device is this one's.
            return await LoadAsync(caller.Tenant, id, cancellationToken) is null ? DeviceConflicts.Explain(e, input) : null;
        }
        catch (PostgresException e) when (DeviceConflicts.IsTemplateGone(e))
        {
            return DeviceConflicts.Explain(e, input);
        }
    }

    /// <summary>Writes a changed device if it is still as <paramref name="stored"/>; the problem, or null.</summary>
    public async Task<Problem?> UpdateAsync(Caller caller, StoredDevice stored, DeviceInput input, CancellationToken cancellationToken)
    {
        var id = stored.Row.Id;
        try
        {
            await using var connection = await dataSources.App.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            // The rest must not happen to a device that somebody else has changed since: so in a batch of its own.
            if (await RunAsync(connection, transaction, [TenantBatch.SetTenant(caller.Tenant),
                    Sql.Command(UpdateDevice, [.. Columns(caller.Tenant, id, input), Sql.Int(stored.Row.Version)])], cancellationToken) == 0)
            {
                return DeviceService.Changed();
            }
            await RunAsync(connection, transaction,
            [
                Sql.Command("DELETE FROM device_endpoints WHERE tenant_id = $1 AND device_id = $2 AND protocol <> ALL ($3)",
                    Sql.Uuid(caller.Tenant), Sql.Uuid(id), Sql.Texts([.. input.Endpoints.Select(e => e.Protocol)])),
                Sql.Command(PutEndpoints, Endpoints(caller.Tenant, id, input, stored.Endpoints)),
                DeviceAudit.Updated(caller, stored, input),
            ], cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return null;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation || DeviceConflicts.IsTemplateGone(e))
        {
            return DeviceConflicts.Explain(e, input);
        }
        catch (SecretUnreadableException e)
        {
            return Problem.Conflict($"{e.Message} Or remove the endpoint and add it again with its credentials.");
        }
    }

    /// <summary>Deletes a device if it is still as <paramref name="stored"/>; false where it is not.</summary>
    public async Task<bool> DeleteAsync(Caller caller, StoredDevice stored, CancellationToken cancellationToken)
    {
        await using var connection = await dataSources.App.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await RunAsync(connection, transaction, [TenantBatch.SetTenant(caller.Tenant),
                Sql.Command("DELETE FROM devices WHERE tenant_id = $1 AND id = $2 AND version = $3", Sql.Uuid(caller.Tenant), Sql.Uuid(stored.Row.Id), Sql.Int(stored.Row.Version))], cancellationToken) == 0)
        {
            return false;
        }
        await RunAsync(connection, transaction, [DeviceAudit.Deleted(caller, stored)], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static async Task<int> RunAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, NpgsqlBatchCommand[] commands, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var command in commands) batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.FinishAsync(cancellationToken);
        return Math.Max(0, reader.RecordsAffected);
    }

    private static NpgsqlParameter[] Columns(Guid tenant, Guid id, DeviceInput input) =>
    [
        Sql.Uuid(tenant), Sql.Uuid(id), Sql.Text(input.Name), Sql.Text(input.SerialNumber), Sql.Text(input.Manufacturer), Sql.Text(input.Model),
        Sql.Text(DeviceValidator.AddressOf(input)), Sql.Text(input.Site), Sql.Texts([.. input.Tags]), Sql.Text(input.Notes),
    ];

    private NpgsqlParameter[] Endpoints(Guid tenant, Guid id, DeviceInput input, IReadOnlyList<StoredEndpoint> stored)
    {
        var values = input.Endpoints.Select(e => (Input: e, Secrets: Merge(tenant, id, e, stored.FirstOrDefault(s => s.Endpoint.Protocol == e.Protocol)))).ToArray();
        return
        [
            Sql.Uuid(tenant), Sql.Uuid(id),
            Sql.Texts([.. values.Select(v => v.Input.Protocol)]), Sql.Texts([.. values.Select(v => v.Input.Identity)]), Sql.Texts([.. values.Select(v => v.Input.Settings.ToJsonString())]),
            Sql.Array<byte[]?>([.. values.Select(v => v.Secrets.Sealed)], NpgsqlDbType.Bytea), Sql.Texts([.. values.Select(v => string.Join(' ', v.Secrets.Fields))]),
            Sql.Array<Guid?>([.. values.Select(v => v.Input.TemplateId)], NpgsqlDbType.Uuid),
        ];
    }

    // Absent keeps what is stored, empty removes it, and what nobody touched is not sealed anew.
    private (byte[]? Sealed, IReadOnlyList<string> Fields) Merge(Guid tenant, Guid id, EndpointInput input, StoredEndpoint? stored)
    {
        if (input.TemplateId is not null) return (null, []);
        if (input.Secrets.Count == 0) return (stored?.Sealed, stored?.OwnSecrets ?? []);
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (field, value) in secrets.Open(tenant, id, input.Protocol, stored?.Sealed)) values[field] = value;
        foreach (var (field, value) in input.Secrets)
        {
            // What was noted of the one before says nothing of this one.
            foreach (var companion in values.Keys.Where(k => k.StartsWith(field + ".", StringComparison.Ordinal)).ToList()) values.Remove(companion);
            if (value.Length == 0) values.Remove(field);
            else values[field] = value;
        }
        return (secrets.Seal(tenant, id, input.Protocol, values.ToDictionary()), [.. values.Keys.Where(DeviceSecrets.IsListed)]);
    }
}
