using System.Net;

namespace DeviceConsole.Core.Tenancy;

/// <summary>A tenant: one customer of the installation, who never sees another.</summary>
public sealed record Tenant(Guid Id, string Slug, string Name, bool IsActive, IReadOnlyList<IPNetwork> AllowedNetworks, DateTimeOffset CreatedAt)
{
    /// <summary>The reserved tenant in which the platform's administrators live.</summary>
    public static readonly Guid Platform = new("00000000-0000-0000-0000-000000000001");

    /// <summary>True where its deletion is under way: it is not active, and never will be again.</summary>
    public bool IsDeleting { get; init; }
}
