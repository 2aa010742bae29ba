using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Web.Api.Administration;

/// <summary>A tenant.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Slug">The short name in addresses.</param>
/// <param name="Name">The name for people.</param>
/// <param name="Active">False where it is suspended.</param>
/// <param name="AllowedNetworks">Networks beside the public ones that its devices may be in.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record TenantResource(Guid Id, string Slug, string Name, bool Active, IReadOnlyList<string> AllowedNetworks, DateTimeOffset CreatedAt)
{
    /// <summary>Of a tenant.</summary>
    public static TenantResource Of(Tenant tenant) =>
        new(tenant.Id, tenant.Slug, tenant.Name, tenant.IsActive, [.. tenant.AllowedNetworks.Select(n => n.ToString())], tenant.CreatedAt);
}

/// <summary>A tenant as it is sent.</summary>
public sealed record TenantBody
{
    /// <summary>1 to 200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>False suspends it: nobody logs in, no device is let in, no job runs.</summary>
    public bool Active { get; init; } = true;

    /// <summary>Networks beside the public ones that the product may reach for it, in CIDR form.</summary>
    public IReadOnlyList<string>? AllowedNetworks { get; init; }
}

/// <summary>A service account. Its secret is not kept.</summary>
public sealed record ServiceAccountResource(Guid Id, string ClientId, string Name, string Role, bool Disabled, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt)
{
    /// <summary>Of a view.</summary>
    public static ServiceAccountResource Of(ClientView view) => new(view.Id, view.ClientId, view.Name, view.Role, view.Disabled, view.CreatedAt, view.LastUsedAt);
}

/// <summary>A new service account with its secret, which is shown this once.</summary>
public sealed record NewServiceAccount(ServiceAccountResource Account, string ClientSecret);

/// <summary>A service account as it is sent.</summary>
public sealed record ServiceAccountBody
{
    /// <summary>1 to 200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>viewer, operator or tenant_admin; never above the maker's own rights.</summary>
    public required string Role { get; init; }
}
