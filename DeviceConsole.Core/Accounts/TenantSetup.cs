using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Accounts;

/// <summary>Makes a tenant together with its first administrator; what is wrong with either is told before anything is made.</summary>
public sealed class TenantSetup(TenantDirectory tenants, UserService users)
{
    /// <summary>Platform administrators only.</summary>
    public async Task<Result<Tenant>> CreateAsync(Caller caller, TenantInput input, UserInput admin, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManagePlatform)) return Problem.Forbidden("create tenants");
        // No tenant has this id, so no name is taken.
        var errors = TenantRules.Check(input).Concat(await users.CheckAsync(caller with { Tenant = Guid.Empty }, admin)).ToList();
        if (errors.Count > 0) return Problem.Invalid(errors);
        var made = await tenants.CreateAsync(caller, input, cancellationToken);
        if (!made.IsSuccess) return made;
        var first = await users.CreateAsync(caller with { Tenant = made.Value.Id }, admin, cancellationToken);
        return first.IsSuccess ? made : first.Problem!;
    }
}
