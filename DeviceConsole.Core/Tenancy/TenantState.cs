using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Tenancy;

/// <summary>A tenant as every request needs it: may it work, and what may be dialled on its behalf.</summary>
public sealed record TenantState(Guid Id, string Slug, string Name, bool IsActive, NetworkPolicy Policy);

/// <summary>What a log-in page knows of a tenant before anybody has logged in.</summary>
public sealed record TenantHandle(Guid Id, string Slug, string Name, bool IsActive);

/// <summary>A tenant as it is entered.</summary>
/// <param name="Slug">Short name for addresses: lower-case letters, digits and hyphens, up to 63. Cannot be changed later.</param>
/// <param name="Name">Name for people, 1 to 200 characters.</param>
/// <param name="AllowedNetworks">Networks (CIDR) beside the public ones that may be dialled for this tenant.</param>
public sealed record TenantInput(string Slug, string Name, IReadOnlyList<string> AllowedNetworks);

/// <summary>What may change about a tenant.</summary>
/// <param name="Name">Name for people, 1 to 200 characters.</param>
/// <param name="IsActive">False suspends it: nobody of it gets in, its devices are refused.</param>
/// <param name="AllowedNetworks">Networks (CIDR) beside the public ones that may be dialled for this tenant.</param>
public sealed record TenantUpdate(string Name, bool IsActive, IReadOnlyList<string> AllowedNetworks);
