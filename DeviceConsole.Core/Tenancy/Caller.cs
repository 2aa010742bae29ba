namespace DeviceConsole.Core.Tenancy;

/// <summary>Who a caller is.</summary>
public enum ActorKind
{
    /// <summary>A person.</summary>
    User,

    /// <summary>A service account.</summary>
    Client,

    /// <summary>The product itself (a schedule, a sweep).</summary>
    System,
}

/// <summary>
/// On whose behalf a service works: the first argument of every service method. There is no ambient caller.
/// </summary>
/// <param name="Tenant">The tenant whose data is seen; row-level security holds everything else back.</param>
/// <param name="Kind">Person, service account or the product itself.</param>
/// <param name="ActorId">The user or client; null for the system.</param>
/// <param name="ActorName">A name for audit and lists.</param>
/// <param name="Rights">What the caller may do in <paramref name="Tenant"/>.</param>
/// <param name="Scope">Which devices the caller may see and touch.</param>
/// <param name="HomeTenant">Where the actor's account lives; differs from <paramref name="Tenant"/> when a platform administrator acts in a tenant.</param>
public sealed record Caller(Guid Tenant, ActorKind Kind, Guid? ActorId, string ActorName, Rights Rights, DeviceScope Scope, Guid HomeTenant)
{
    /// <summary>True where every right asked for is held.</summary>
    public bool May(Rights rights) => (Rights & rights) == rights;

    /// <summary>The product acting by itself in one tenant.</summary>
    public static Caller System(Guid tenant, string name) =>
        new(tenant, ActorKind.System, null, name, Roles.RightsOf(Roles.TenantAdmin), DeviceScope.All, tenant);
}
