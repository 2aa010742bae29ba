namespace DeviceConsole.Tests.Tenancy;

/// <summary>
/// Everything that stands outside the rule "a row belongs to one tenant and only that tenant's callers reach it", with the
/// reason. The catalog sweep fails for whatever is in the database and not here, and for whatever is here and not in the database.
/// </summary>
internal static class TenancyExceptions
{
    /// <summary>Tables without a tenant_id.</summary>
    public static readonly Dictionary<string, string> TablesWithoutTenant = new()
    {
        ["public.signing_keys"] = "Key pairs of the platform's token issuer; private halves are sealed under the master key.",
        ["public.data_protection_keys"] = "Key ring of the platform's cookies; sealed under the master key.",
        ["public.poll_rollups"] = "How far samples are rolled up, over all tenants: a moment a step.",
        ["public.workers"] = "Processes of the installation and their leases; nothing of a tenant.",
        ["public.listeners"] = "Addresses that devices call, before anybody knows a tenant; managed by platform administrators.",
        ["public.certificates"] = "Certificates that devices are shown, before anybody knows a tenant; private keys are sealed under the master key.",
        ["public.tls_profiles"] = "How TLS is spoken with devices, before anybody knows a tenant; managed by platform administrators.",
        ["public.device_ports"] = "Ports that devices call; managed by platform administrators.",
        ["public.device_port_names"] = "Host names of such ports.",
        ["public.platform_secrets"] = "Passwords that the installation shows to others; sealed under the master key, entered by platform administrators.",
        ["sys.left_accounts"] = "Accounts elsewhere of devices that are gone; out of the application's reach but for the functions that hand them out.",
        ["sys.tenant_deletions"] = "Deletions of tenants under way; out of the application's reach, read and written by the functions of the deletion only.",
        ["sys.environment"] = "Which environment the database belongs to; one row.",
        ["public.notification_engines"] = "Who the receivers of notifications are towards devices; nothing of a tenant.",
        ["sys.schema_versions"] = "The versions of the schema; read at start-up.",
    };

    /// <summary>Schemas whose tables hold nothing of a tenant.</summary>
    public static readonly Dictionary<string, string> SchemasWithoutTenant = new()
    {
        ["quartz"] = "Quartz is the clock: its rows hold opaque ids and times, the schedules themselves are tenant rows.",
        ["sys_migrations"] = "The migrator's history.",
    };

    /// <summary>Functions that run with the rights of dc_system, past row-level security.</summary>
    public static readonly Dictionary<string, string> DefinerFunctions = new()
    {
        ["tenant_by_slug"] = "Finds the tenant of a log-in page, a token request or a device's address before anybody is known; gives id, name and status of one slug.",
        ["platform_tenants"] = "Lists tenants; checks that the caller works as the platform's own tenant.",
        ["platform_create_tenant"] = "Makes a tenant; checks the same.",
        ["platform_update_tenant"] = "Changes a tenant; checks the same.",
        ["platform_delete_tenant"] = "Begins the deletion of a suspended tenant whose short name was typed; checks the same.",
        ["tenants_in_deletion"] = "Opaque ids of tenants whose deletion has begun.",
        ["delete_tenant_rows"] = "A step of a deletion that has begun. Takes the tenant from the transaction itself; row-level security holds it to that one.",
        ["ensure_partitions"] = "Makes partitions ahead of time; only their owner can. Reads and gives no row.",
        ["drop_partitions"] = "Retention drops whole partitions; only their owner can. Never the last day's, and of the audit log never the last 90 days'.",
        ["find_devices"] = "Search with an index: operators that are not leakproof cannot use one under row-level security. Takes the tenant from the transaction itself.",
        ["claim_jobs"] = "Workers claim work of all tenants, fairly; each job comes with its tenant and is worked on as that tenant.",
        ["worker_heartbeat"] = "Renews one worker's lease, which is the lease of every job it runs.",
        ["worker_jobs"] = "What one worker runs in the eyes of the database, so that a claim whose answer got lost is noticed.",
        ["delete_lost_workers"] = "Forgets processes that ended long ago; nothing of a tenant.",
        ["claim_wakes"] = "Finds devices of all tenants to ask for a session.",
        ["rescue_jobs"] = "Takes back jobs of workers that are gone, in all tenants.",
        ["expire_jobs"] = "Ends jobs whose time is over, in all tenants.",
        ["job_gauges"] = "Counts for /metrics: numbers by state and protocol, nothing of a tenant.",
        ["delete_ended_jobs"] = "Retention of jobs in all tenants.",
        ["alarm_gauges"] = "Counts for /metrics: numbers by severity, nothing of a tenant.",
        ["delete_old_alarms"] = "Retention of cleared alarms in all tenants; never the last day's.",
        ["claim_polls"] = "Pollers claim due polls of all tenants; each comes with its tenant and is worked on as that tenant.",
        ["claim_scan"] = "Nodes claim due scans of all tenants; each comes with its tenant and is run as that tenant.",
        ["claim_mib_upload"] = "Nodes claim uploads of all tenants to compile; each comes with its tenant and is compiled as that tenant.",
        ["reconcile_polls"] = "Makes the list of what is polled equal to the profiles, in all tenants; gives a number only.",
        ["roll_up_polls"] = "Averages samples of all tenants; gives a number only.",
        ["enabled_schedules"] = "What the reconciler compares with Quartz: opaque ids and the clock's part of each schedule.",
        ["endpoints_of_identity"] = "On a shared listener the credential decides between the devices of one identity; gives opaque ids only, whose rows are then read as their tenant.",
        ["endpoints_of_engine"] = "A trap that a trusted forwarder brings names no tenant: the authentication decides between the devices of its engine; gives opaque ids only, whose rows are then read as their tenant.",
        ["endpoints_at"] = "A notification names no tenant: the credential decides between the devices at its source; gives opaque ids only, whose rows are then read as their tenant.",
        ["endpoints_by_name"] = "A notification names no tenant: devices that are entered by host name are found by what their names resolve to; gives opaque ids and those names.",
        ["platform_save_listener"] = "Changes a listener; checks that the caller works as the platform's own tenant.",
        ["platform_delete_listener"] = "Removes a listener; checks the same.",
        ["platform_save_certificate"] = "Changes a certificate; checks the same.",
        ["platform_delete_certificate"] = "Removes a certificate; checks the same.",
        ["platform_save_tls_profile"] = "Changes a TLS profile; checks the same.",
        ["platform_delete_tls_profile"] = "Removes a TLS profile; checks the same.",
        ["platform_save_secret"] = "Changes a secret of the installation; checks the same.",
        ["platform_delete_secret"] = "Removes one; checks the same.",
        ["note_left_accounts"] = "Keeps the account that a deleted endpoint had elsewhere, from a trigger.",
        ["claim_left_accounts"] = "Hands out such accounts of one protocol, over all tenants: their devices are gone.",
        ["drop_left_account"] = "Forgets one.",
        ["platform_save_device_port"] = "Changes a port of devices and its host names; checks the same.",
        ["platform_delete_device_port"] = "Removes a port of devices; checks the same.",
        ["delete_old_calls"] = "Retention of refused calls in all tenants; never the last hour's.",
        ["delete_unfinished_files"] = "Files of all tenants whose upload broke off; never those of the last ten minutes.",
        ["delete_jobs_of_device"] = "A trigger: the jobs of a device that is deleted go with it.",
        ["delete_old_slots"] = "Retention of fired slots in all tenants.",
    };

    /// <summary>Append-only tables: the application may insert and read.</summary>
    public static readonly string[] AppendOnly = ["poll_samples", "poll_samples_5m", "poll_samples_1h", "alarm_history", "audit", "device_events", "job_transitions", "traces"];
}
