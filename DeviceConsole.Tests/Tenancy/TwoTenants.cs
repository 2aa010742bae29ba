using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Tenancy;

/// <summary>
/// Two tenants with a row in every table each. A table that is missing here makes <see cref="LeakTests"/> fail: add it.
/// </summary>
internal static class TwoTenants
{
    public static async Task<(Guid A, Guid B)> FillAsync(TestDatabase database)
    {
        var (a, b) = (await database.CreateTenantAsync("tenant-a"), await database.CreateTenantAsync("tenant-b"));
        foreach (var tenant in new[] { a, b }) await database.ExecuteAsync(Rows.Replace("TENANT", tenant.ToString(), StringComparison.Ordinal));
        return (a, b);
    }

    // Ids are derived from the tenant, so that the rows of one tenant refer to each other.
    private const string Rows =
        """
        DO $do$
        DECLARE
            t uuid := 'TENANT'; u uuid := md5('TENANT user')::uuid; d uuid := md5('TENANT device')::uuid;
            j uuid := md5('TENANT job')::uuid; s uuid := md5('TENANT schedule')::uuid; p bigint;
        BEGIN
            PERFORM set_config('app.tenant_id', t::text, true);
            INSERT INTO users (tenant_id, id, user_name, normalized_user_name, security_stamp, concurrency_stamp) VALUES (t, u, 'ann', 'ANN', 's', 'c');
            INSERT INTO user_claims (tenant_id, user_id, claim_type) VALUES (t, u, 'c');
            INSERT INTO user_logins (tenant_id, login_provider, provider_key, user_id) VALUES (t, 'p', t::text, u);
            INSERT INTO user_tokens (tenant_id, user_id, login_provider, name) VALUES (t, u, 'p', 'n');
            INSERT INTO api_clients (tenant_id, id, client_id, name, secret_hash, role, stamp, created_by) VALUES (t, md5('TENANT client')::uuid, 'c', 'c', '', 'viewer', t, 'x');
            INSERT INTO devices (tenant_id, id, name, serial_number) VALUES (t, d, 'Router', 'S-1');
            INSERT INTO device_endpoints (tenant_id, device_id, protocol, identity, secrets) VALUES (t, d, 'snmp', 'id-1', '\x00');
            INSERT INTO credential_templates (tenant_id, id, protocol, name, secrets, created_by) VALUES (t, md5('TENANT template')::uuid, 'snmp', 'n', '\x00', 'x');
            INSERT INTO discovery_scans (tenant_id, id, protocol, name, ranges, port, rate, timeout_ms, retries, state, total, created_by) VALUES (t, md5('TENANT scan')::uuid, 'snmp', 'n', '{10.0.0.1}', 161, 1, 1000, 1, 'idle', 1, 'x');
            INSERT INTO discovery_scan_templates (tenant_id, scan_id, place, template_id) VALUES (t, md5('TENANT scan')::uuid, 1, md5('TENANT template')::uuid);
            INSERT INTO discovery_findings (tenant_id, scan_id, address, seen_at) VALUES (t, md5('TENANT scan')::uuid, '10.0.0.1', now());
            INSERT INTO parameter_paths (tenant_id, path) VALUES (t, '1.3.6.1') RETURNING id INTO p;
            INSERT INTO parameters (tenant_id, device_id, path_id, value, type, source) VALUES (t, d, p, 'v', 't', 's');
            INSERT INTO jobs (tenant_id, id, device_id, protocol, operation, session_bound, timeout_ms, max_attempts, created_by, idempotency_key) VALUES (t, j, d, 'snmp', 'get', false, 1000, 3, 'x', 'k');
            INSERT INTO jobs (tenant_id, id, device_id, protocol, operation, session_bound, timeout_ms, max_attempts, created_by, retry_of) VALUES (t, md5('TENANT retry')::uuid, d, 'snmp', 'get', false, 1000, 3, 'x', j);
            INSERT INTO job_results (tenant_id, job_id, vals, value_count) VALUES (t, j, '[]', 0);
            INSERT INTO lanes (tenant_id, device_id) VALUES (t, d) ON CONFLICT DO NOTHING;
            INSERT INTO connections (tenant_id, device_id, protocol, node, epoch, lease_until) VALUES (t, d, 'cwmp', u, 1, now());
            INSERT INTO job_transitions (tenant_id, job_id, state, attempt) VALUES (t, j, 'queued', 0);
            INSERT INTO schedules (tenant_id, id, name, cron, protocol, operation, device_ids, created_by) VALUES (t, s, 'n', '0 0 * * * ?', 'snmp', 'get', ARRAY[d], 'x');
            INSERT INTO schedule_slots (tenant_id, schedule_id, slot, jobs) VALUES (t, s, now(), 1);
            INSERT INTO audit (tenant_id, id, actor_kind, actor_name, action, target_kind, summary) VALUES (t, md5('TENANT audit')::uuid, 'system', 'x', 'a', 'b', 'c');
            INSERT INTO api_requests (tenant_id, actor_id, key, request_hash, resource_id) VALUES (t, u, 'k', '\x00', j);
            INSERT INTO device_events (tenant_id, device_id, id, protocol, kind, message) VALUES (t, d, md5('TENANT event')::uuid, 'snmp', 'k', 'm');
            INSERT INTO alarms (tenant_id, id, device_id, key, source, severity, text, state) VALUES (t, md5('TENANT alarm')::uuid, d, 'k', 'snmp', 'minor', 'x', 'raised');
            INSERT INTO alarm_history (tenant_id, alarm_id, device_id, what, severity, text, actor) VALUES (t, md5('TENANT alarm')::uuid, d, 'raised', 'minor', 'x', 'x');
            INSERT INTO alarm_rules (tenant_id, id, name, raise_on, severity, key, text) VALUES (t, md5('TENANT rule')::uuid, 'n', '{a}', 'minor', 'k', 'x');
            INSERT INTO alarm_suppressions (tenant_id, id, device_id, key, until, created_by) VALUES (t, md5('TENANT silence')::uuid, d, 'k', now(), 'x');
            INSERT INTO poll_profiles (tenant_id, id, name, interval_s, objects, created_by) VALUES (t, md5('TENANT poll')::uuid, 'n', 60, '[]', 'x');
            INSERT INTO poll_targets (tenant_id, profile_id, device_id, protocol, next_at) VALUES (t, md5('TENANT poll')::uuid, d, 'snmp', now());
            INSERT INTO poll_series (tenant_id, device_id, profile_id, id, oid, object) VALUES (t, d, md5('TENANT poll')::uuid, 1, '1.3', 'x');
            INSERT INTO poll_samples (tenant_id, device_id, profile_id, at, series, vals) VALUES (t, d, md5('TENANT poll')::uuid, now(), '{1}', '{1}');
            INSERT INTO poll_samples_5m (tenant_id, device_id, profile_id, at, series, avgs, mins, maxs) VALUES (t, d, md5('TENANT poll')::uuid, now(), '{1}', '{1}', '{1}', '{1}');
            INSERT INTO poll_samples_1h (tenant_id, device_id, profile_id, at, series, avgs, mins, maxs) VALUES (t, d, md5('TENANT poll')::uuid, now(), '{1}', '{1}', '{1}', '{1}');
            INSERT INTO bulk_profiles (tenant_id, id, device_id, protocol, name, interval_s, encoding, parameters, secret, created_by) VALUES (t, md5('TENANT bulk')::uuid, d, 'cwmp', 'n', 60, 'csv-rows', '[]', '\x00', 'x');
            INSERT INTO bulk_series (tenant_id, profile_id, id, device_id, path, object) VALUES (t, md5('TENANT bulk')::uuid, 1, d, 'Device.A.B', 'x');
            INSERT INTO enrolments (tenant_id, protocol) VALUES (t, 'cwmp');
            INSERT INTO model_quirks (tenant_id, protocol, manufacturer, model, firmware, updated_by) VALUES (t, 'cwmp', 'm', 'x', '1', 'p');
            INSERT INTO task_quarantine (tenant_id, id, protocol, manufacturer, model, firmware, operation, arguments, description, last_device) VALUES (t, md5('TENANT task')::uuid, 'cwmp', 'm', 'x', '1', 'get', sha256('a'), 'Get', d);
            INSERT INTO identity_collisions (tenant_id, id, device_id, protocol, kind, known_mark, other_mark, pair, known, other) VALUES (t, md5('TENANT collision')::uuid, d, 'cwmp', 'address', 'a', 'b', sha256('a'), '{}', '{}');
            INSERT INTO pending_devices (tenant_id, protocol, identity) VALUES (t, 'cwmp', 'id-2');
            INSERT INTO call_attempts (tenant_id, id, protocol, identity, transport, outcome, reason, calls) VALUES (t, decode(md5('TENANT call'), 'hex'), 'cwmp', 'id-3', 'HTTP', 'refused', 'r', 1);
            INSERT INTO device_sessions (tenant_id, device_id, id, opened_at, protocol, transport, node) VALUES (t, d, md5('TENANT session')::uuid, now(), 'cwmp', 'HTTP', u);
            INSERT INTO traces (tenant_id, device_id, id, protocol, entries) VALUES (t, d, md5('TENANT trace')::uuid, 'cwmp', '[]');
            INSERT INTO data_models (tenant_id, id, name, spec, root, file_name, objects, parameters, commands, events, content, content_hash, imported_by)
                VALUES (t, md5('TENANT model')::uuid, 'Device:2.16', 'urn', 'Device.', 'f.xml', 0, 0, 0, 0, '\x00', sha256('\x00'), 'x');
            INSERT INTO mib_files (tenant_id, id, name, hash, size, source, uploaded_by) VALUES (t, md5('TENANT mib')::uuid, 'a.mib', decode(md5('a') || md5('b'), 'hex'), 1, '\x00', 'x');
            INSERT INTO mib_modules (tenant_id, id, file_id, name, language, definitions, types, errors, warnings, imports, missing, diagnostics, outline, texts, active) VALUES (t, md5('TENANT module')::uuid, md5('TENANT mib')::uuid, 'A-MIB', 'smi_v2', 0, 0, 0, 0, '{}', '{}', '[]', '\x00', '\x00', true);
            INSERT INTO mib_uploads (tenant_id, id, uploaded_by, files, modules, recompiled, errors, warnings, diagnostics) VALUES (t, md5('TENANT upload')::uuid, 'x', 1, 1, 0, 0, 0, '[]');
            INSERT INTO mib_upload_pieces (tenant_id, upload_id, part, no, name, data) VALUES (t, md5('TENANT upload')::uuid, 0, 0, 'a.mib', 'a');
            INSERT INTO mib_upload_files (tenant_id, upload_id, no, name, size, hash, again) VALUES (t, md5('TENANT upload')::uuid, 0, 'a.mib', 1, sha256('a'), false);
            INSERT INTO files (tenant_id, id, origin, state, name, file_type, size, hash, device_id, created_by) VALUES (t, md5('TENANT file')::uuid, 'received', 'ready', 'f', '1 Vendor Log File', 1, sha256('a'), d, 'x');
            INSERT INTO device_reachability (tenant_id, device_id, protocol, way, asked_at) VALUES (t, d, 'cwmp', 'HTTP', now());
            INSERT INTO file_chunks (tenant_id, file_id, no, data) VALUES (t, md5('TENANT file')::uuid, 0, 'a');
            INSERT INTO file_links (tenant_id, id, token_hash, device_id, job_id, direction, file_id, file_type, expires_at) VALUES (t, md5('TENANT link')::uuid, sha256('a'), d, j, 'download', md5('TENANT file')::uuid, 'x', now());
        END $do$;
        """;
}
