using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceConsole.Migrations;

/// <summary>Schemas, tenants, partitions.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0001_foundation")]
public sealed class Foundation() : SqlMigration("0001_foundation");

/// <summary>Users, service accounts, keys.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0002_accounts")]
public sealed class Accounts() : SqlMigration("0002_accounts");

/// <summary>Devices and their endpoints.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0003_devices")]
public sealed class Devices() : SqlMigration("0003_devices");

/// <summary>The parameter tree.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0004_parameters")]
public sealed class Parameters() : SqlMigration("0004_parameters");

/// <summary>The queue.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0005_jobs")]
public sealed class Jobs() : SqlMigration("0005_jobs");

/// <summary>Schedules and the slots that fired.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0006_schedules")]
public sealed class Schedules() : SqlMigration("0006_schedules");

/// <summary>Audit and device events.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0007_audit_events")]
public sealed class AuditAndEvents() : SqlMigration("0007_audit_events");

/// <summary>Quartz's tables.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0008_quartz")]
public sealed class QuartzTables() : SqlMigration("0008_quartz");

/// <summary>Idempotency keys of the REST API.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0009_api")]
public sealed class Api() : SqlMigration("0009_api");

/// <summary>Devices that call in: enrolment, attempts, sessions, traces, listeners.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0010_gateway")]
public sealed class Gateway() : SqlMigration("0010_gateway");

/// <summary>The queue with fewer writes a job.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0011_job_speed")]
public sealed class JobSpeed() : SqlMigration("0011_job_speed");

/// <summary>The MIB library.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0012_mibs")]
public sealed class Mibs() : SqlMigration("0012_mibs");

/// <summary>Data models of devices.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0013_data_models")]
public sealed class DataModels() : SqlMigration("0013_data_models");

/// <summary>Ports of devices, their TLS profiles and certificates.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0014_tls")]
public sealed class Tls() : SqlMigration("0014_tls");

/// <summary>The end of a tenant.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0015_tenant_deletion")]
public sealed class TenantDeletions() : SqlMigration("0015_tenant_deletion");

/// <summary>Subtrees that were read whole.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0016_whole_subtrees")]
public sealed class WholeSubtrees() : SqlMigration("0016_whole_subtrees");

/// <summary>The environment's mark, and what the migrator's checks read.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0026_operations")]
public sealed class Operations() : SqlMigration("0026_operations");

/// <summary>Files for devices and of devices, and their links.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0028_files")]
public sealed class Files() : SqlMigration("0028_files");

/// <summary>Scans of networks, and what they found.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0031_discovery")]
public sealed class Discovery() : SqlMigration("0031_discovery");

/// <summary>By which ways devices can be asked to call in.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0029_reachability")]
public sealed class Reachability() : SqlMigration("0029_reachability");

/// <summary>Polling profiles, their targets and samples.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0021_polling")]
public sealed class Polling() : SqlMigration("0021_polling");

/// <summary>Alarms, their rules and history.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0020_alarms")]
public sealed class Alarms() : SqlMigration("0020_alarms");

/// <summary>Quirks of models, and tasks that they do not stand.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0017_model_knowledge")]
public sealed class ModelKnowledge() : SqlMigration("0017_model_knowledge");

/// <summary>Receivers of notifications.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0018_traps")]
public sealed class Traps() : SqlMigration("0018_traps");

/// <summary>Credentials that devices share.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0030_credential_templates")]
public sealed class CredentialTemplates() : SqlMigration("0030_credential_templates");

/// <summary>What each upload of MIBs gave.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0032_mib_uploads")]
public sealed class MibUploads() : SqlMigration("0032_mib_uploads");

/// <summary>Jobs that are handed over when they are enqueued.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0039_job_handover")]
public sealed class JobHandover() : SqlMigration("0039_job_handover");

/// <summary>A job's own row tells the common steps of its history.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0040_job_history")]
public sealed class JobHistory() : SqlMigration("0040_job_history");

/// <summary>Parameters that are as they were are not touched.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0034_unchanged_parameters")]
public sealed class UnchangedParameters() : SqlMigration("0034_unchanged_parameters");

/// <summary>Files whose bytes never came.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0035_unfinished_files")]
public sealed class UnfinishedFiles() : SqlMigration("0035_unfinished_files");

/// <summary>Nodes are told when an endpoint changes.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0045_endpoint_notices")]
public sealed class EndpointNotices() : SqlMigration("0045_endpoint_notices");

/// <summary>Parameters by the hundred thousand.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0053_many_parameters")]
public sealed class ManyParameters() : SqlMigration("0053_many_parameters");

/// <summary>One identity from two places.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0048_identity_collisions")]
public sealed class IdentityCollisions() : SqlMigration("0048_identity_collisions");

/// <summary>Secrets of the installation's own parts, and accounts that deleted devices left behind.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0063_platform_secrets")]
public sealed class PlatformSecrets() : SqlMigration("0063_platform_secrets");

/// <summary>Uploads of MIBs that a worker compiles.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0062_mib_imports")]
public sealed class MibImports() : SqlMigration("0062_mib_imports");

/// <summary>Descriptions of MIBs found in time, and one upload of a tenant at a time.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0068_mib_search")]
public sealed class MibSearch() : SqlMigration("0068_mib_search");

/// <summary>What many devices report at once.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0066_reports")]
public sealed class Reports() : SqlMigration("0066_reports");

/// <summary>The device of an SNMPv3 engine.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0069_engine_of_device")]
public sealed class EngineOfDevice() : SqlMigration("0069_engine_of_device");

/// <summary>Devices found by the end of their identity.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0067_identity_ends")]
public sealed class IdentityEnds() : SqlMigration("0067_identity_ends");

/// <summary>Bulk data that devices post by themselves.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0064_bulk_data")]
public sealed class BulkData() : SqlMigration("0064_bulk_data");

/// <summary>Devices found by the gateway that they are behind.</summary>
[DbContext(typeof(MigrationsDbContext)), Migration("0070_gateway_of_device")]
public sealed class GatewayOfDevice() : SqlMigration("0070_gateway_of_device");
