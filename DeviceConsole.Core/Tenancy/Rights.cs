namespace DeviceConsole.Core.Tenancy;

/// <summary>What a caller may do within its tenant.</summary>
[Flags]
public enum Rights
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>See devices, jobs, parameters, schedules, events.</summary>
    View = 1,

    /// <summary>Run jobs that read from devices; cancel and retry.</summary>
    RunReads = 2,

    /// <summary>Run jobs that change devices.</summary>
    RunWrites = 4,

    /// <summary>Create, change and delete devices and their credentials.</summary>
    ManageDevices = 8,

    /// <summary>Create, change and delete schedules.</summary>
    ManageSchedules = 16,

    /// <summary>Manage the tenant's users, roles and service accounts.</summary>
    ManageAccounts = 32,

    /// <summary>Read the audit log.</summary>
    ViewAudit = 64,

    /// <summary>Manage tenants; act in any of them. Platform administrators only.</summary>
    ManagePlatform = 128,
}
