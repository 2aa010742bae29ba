using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Web.Api.Administration;

/// <summary>A tenant.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Slug">The short name in addresses.</param>
/// <param name="Name">The name for people.</param>
/// <param name="Active">False where it is suspended or being deleted.</param>
/// <param name="State"><c>active</c>, <c>suspended</c> or <c>deleting</c>.</param>
/// <param name="AllowedNetworks">Networks beside the public ones that its devices may be in.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record TenantResource(Guid Id, string Slug, string Name, bool Active, string State, IReadOnlyList<string> AllowedNetworks, DateTimeOffset CreatedAt)
{
    /// <summary>Of a tenant.</summary>
    public static TenantResource Of(Tenant tenant) =>
        new(tenant.Id, tenant.Slug, tenant.Name, tenant.IsActive, tenant.IsActive ? "active" : tenant.IsDeleting ? "deleting" : "suspended", [.. tenant.AllowedNetworks.Select(n => n.ToString())], tenant.CreatedAt);
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

/// <summary>What a tenant has, by table; tables without a row of it are left out.</summary>
/// <param name="Rows">All rows together.</param>
/// <param name="Tables">Table → rows.</param>
public sealed record TenantContentsResource(long Rows, IReadOnlyDictionary<string, long> Tables)
{
    /// <summary>Of a count.</summary>
    public static TenantContentsResource Of(TenantContents contents) => new(contents.Rows, contents.Tables.ToDictionary(t => t.Table, t => t.Rows, StringComparer.Ordinal));
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
