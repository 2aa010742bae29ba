using System.Globalization;
using DeviceConsole.Tests.Peers;
using Npgsql;

namespace DeviceConsole.Benchmarks.Devices;

/// <summary>
/// A million devices in one tenant and 200,000 in another, with names, models, addresses, sites and labels as operators give
/// them: kinds of devices as the first word of the name, so that names and the order by name go together.
/// </summary>
internal static class DeviceFleet
{
    /// <summary>The tenant that is measured.</summary>
    public static readonly Guid Big = new("11111111-1111-7111-8111-111111111111");

    /// <summary>How many devices it has.</summary>
    public const int Size = 1_000_000;

    private const int Others = 200_000;

    // Secondary indexes are made after the rows: a third of the time.
    private const string Load =
        """
        SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET session_replication_role = replica;
        INSERT INTO tenants (id, slug, name) VALUES ('11111111-1111-7111-8111-111111111111', 'big', 'Big'), ('22222222-2222-7222-8222-222222222222', 'small', 'Small');
        CREATE TEMP TABLE later AS SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = 'devices' AND indexname <> 'devices_pkey';
        DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM later LOOP EXECUTE 'DROP INDEX public.' || r.indexname; END LOOP; END $$;
        INSERT INTO devices (tenant_id, id, name, serial_number, manufacturer, model, address, site, tags, created_at)
        SELECT CASE WHEN i <= {0} THEN '11111111-1111-7111-8111-111111111111'::uuid ELSE '22222222-2222-7222-8222-222222222222'::uuid END,
               (lpad(to_hex(1700000000000 + i * 1000::bigint), 12, '0') || '7' || substr(md5(i::text), 1, 3) || '8' || substr(md5(i::text), 4, 15))::uuid,
               (array['ap', 'cpe', 'olt', 'router', 'switch', 'stb'])[1 + i % 6] || '-' || substr(md5('n' || i), 1, 6),
               'SN' || upper(substr(md5('s' || i), 1, 12)),
               (array['Cisco', 'Huawei', 'Nokia', 'Sagemcom', 'ZTE'])[1 + (i / 7) % 5],
               (array['X100', 'X200', 'F5688', 'Beacon 6', 'HG8245', 'C9300'])[1 + (i / 11) % 6] || '-' || (i % 37),
               '10.' || (i / 65536) % 256 || '.' || (i / 256) % 256 || '.' || i % 256,
               (array['Berlin', 'Paris', 'Oslo', 'Madrid'])[1 + (i / 13) % 4] || ' ' || (i % 500),
               array['customer-' || i % 1000, (array['gold', 'silver', 'bronze'])[1 + (i / 17) % 3]],
               now() - make_interval(secs => {0} - i)
        FROM generate_series(1, {0} + {1}) i;
        INSERT INTO device_contacts (tenant_id, device_id, last_contact_at)
        SELECT tenant_id, id, CASE WHEN random() < 0.05 THEN '-infinity' ELSE now() - random() * interval '30 days' END FROM devices;
        INSERT INTO device_endpoints (tenant_id, device_id, protocol, settings)
        SELECT tenant_id, id, 'snmp', jsonb_build_object('host', address, 'port', 161) FROM devices;
        DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM later LOOP EXECUTE r.indexdef; END LOOP; END $$;
        """;

    /// <summary>Loads it as the superuser.</summary>
    public static async Task LoadAsync(TestDatabase database, CancellationToken cancellationToken)
    {
        var load = Load.Replace("{0}", Size.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("{1}", Others.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        // No pool: the session's settings must not come back with another user of the connection.
        await using var connection = new NpgsqlConnection(database.SuperuserConnectionString + ";Command Timeout=900;Pooling=false");
        await connection.OpenAsync(cancellationToken);
        foreach (var sql in new[] { load, "VACUUM ANALYZE devices", "VACUUM ANALYZE device_contacts", "VACUUM ANALYZE device_endpoints", "CHECKPOINT" })
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
