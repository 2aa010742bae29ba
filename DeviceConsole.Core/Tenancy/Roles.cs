namespace DeviceConsole.Core.Tenancy;

/// <summary>The built-in roles. A user has one.</summary>
public static class Roles
{
    /// <summary>Sees everything of its tenant, changes nothing.</summary>
    public const string Viewer = "viewer";

    /// <summary>Works with devices and jobs.</summary>
    public const string Operator = "operator";

    /// <summary>Also manages the tenant's people and service accounts.</summary>
    public const string TenantAdmin = "tenant_admin";

    /// <summary>Manages tenants and acts in any of them; lives in the platform's own tenant.</summary>
    public const string PlatformAdmin = "platform_admin";

    private const Rights OperatorRights = Rights.View | Rights.RunReads | Rights.RunWrites | Rights.ManageDevices | Rights.ManageSchedules;
    private const Rights AdminRights = OperatorRights | Rights.ManageAccounts | Rights.ViewAudit;

    /// <summary>What a role may do; an unknown role may do nothing.</summary>
    public static Rights RightsOf(string role) => role switch
    {
        Viewer => Rights.View,
        Operator => OperatorRights,
        TenantAdmin => AdminRights,
        PlatformAdmin => AdminRights | Rights.ManagePlatform,
        _ => Rights.None,
    };

    /// <summary>A role's name for people.</summary>
    public static string NameOf(string role) => role switch
    {
        Viewer => "Viewer",
        Operator => "Operator",
        TenantAdmin => "Tenant admin",
        PlatformAdmin => "Platform admin",
        _ => role,
    };
}
