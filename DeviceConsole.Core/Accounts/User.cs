using Microsoft.AspNetCore.Identity;

namespace DeviceConsole.Core.Accounts;

/// <summary>A person's account. It belongs to one tenant; the same name in two tenants is two accounts.</summary>
public sealed class User : IdentityUser<Guid>
{
    /// <summary>The tenant that the account belongs to.</summary>
    public Guid TenantId { get; set; }

    /// <summary>The name shown to others; empty where the log-in name is enough.</summary>
    public string DisplayName { get; set; } = "";

    /// <summary>One of <see cref="Tenancy.Roles"/>.</summary>
    public string Role { get; set; } = Tenancy.Roles.Viewer;

    /// <summary>True where the account may not log in.</summary>
    public bool Disabled { get; set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When its password was last accepted.</summary>
    public DateTimeOffset? LastLoginAt { get; set; }
}
