using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Web.Components.Layout;

/// <summary>Who is logged in, as the frame around the pages shows it.</summary>
/// <param name="Name">The person.</param>
/// <param name="Role">Name of the role.</param>
/// <param name="Tenant">Name of the tenant that is worked in.</param>
/// <param name="TenantId">Its id.</param>
/// <param name="Rights">What the person may do there.</param>
/// <param name="IsAway">True where a platform administrator works in a tenant.</param>
public sealed record ShellPerson(string Name, string Role, string Tenant, Guid TenantId, Rights Rights, bool IsAway)
{
    private static readonly string[] KnownRoles = [Roles.PlatformAdmin, Roles.TenantAdmin, Roles.Operator, Roles.Viewer];

    /// <summary>From the caller: the role is the highest one whose rights are all held.</summary>
    public static ShellPerson Of(Caller caller, string tenant) => new(
        caller.ActorName,
        KnownRoles.FirstOrDefault(r => caller.May(Roles.RightsOf(r))) is { } role ? Roles.NameOf(role) : "",
        tenant,
        caller.Tenant,
        caller.Rights,
        caller.Tenant != caller.HomeTenant);
}
