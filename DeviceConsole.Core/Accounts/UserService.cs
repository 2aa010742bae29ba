using System.Text.Json.Nodes;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DeviceConsole.Core.Accounts;

/// <summary>
/// The people of a tenant. Nobody gives or touches a role above their own, and a tenant keeps at least one administrator.
/// A change of role, password or state ends the account's sessions.
/// </summary>
public sealed class UserService(DataSources dataSources, IdentityScopeFactory identity, AccountStates states, TimeProvider time)
{
    /// <summary>The tenant's accounts by name. Needs <see cref="Rights.ManageAccounts"/>.</summary>
    public async Task<Result<IReadOnlyList<UserView>>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageAccounts)) return Problem.Forbidden("see the list of users");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            """
            SELECT id, user_name, display_name, email, role, disabled, coalesce(lockout_end > now(), false), created_at, last_login_at
            FROM users WHERE tenant_id = $1 ORDER BY normalized_user_name LIMIT 5000
            """, Sql.Uuid(caller.Tenant));
        return await batch.ListAsync(r => new UserView(r.GetGuid(0), r.GetString(1), r.GetString(2), r.TextOrNull(3), r.GetString(4),
            r.GetBoolean(5), r.GetBoolean(6), r.Time(7), r.TimeOrNull(8)), cancellationToken);
    }

    /// <summary>Makes an account. Needs <see cref="Rights.ManageAccounts"/>.</summary>
    public async Task<Result<UserView>> CreateAsync(Caller caller, UserInput input, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageAccounts)) return Problem.Forbidden("create users");
        if (await CheckAsync(caller, input) is { Count: > 0 } errors) return Problem.Invalid(errors);
        await using var scope = identity.Open(caller.Tenant);
        await using var transaction = await scope.BeginAsync(cancellationToken);
        var user = New(caller.Tenant, input);
        try
        {
            var made = await scope.Users.CreateAsync(user, input.Password);
            if (!made.Succeeded) return ToProblem(made);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Problem.Conflict($"The user name {input.UserName} is taken; choose another.");
        }
        await scope.AuditAsync(caller, new AuditEntry("user.create", "user", user.Id.ToString(), $"Created the user {user.UserName} as {Roles.NameOf(user.Role)}.") { After = Describe(user) }, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return View(user);
    }

    /// <summary>All that is wrong with a new account, before it is made.</summary>
    public async Task<IReadOnlyList<FieldError>> CheckAsync(Caller caller, UserInput input)
    {
        var errors = new List<FieldError>();
        if (RoleProblem(caller, input.Role) is { } role) errors.Add(new("role", role));
        if (input.DisplayName.Trim().Length > 200) errors.Add(new("displayName", "The display name may have at most 200 characters."));
        if (input.UserName.Trim().Length > 256) errors.Add(new("userName", "The user name may have at most 256 characters."));
        await using var scope = identity.Open(caller.Tenant);
        var user = New(caller.Tenant, input);
        foreach (var validator in scope.Users.UserValidators) Collect(await validator.ValidateAsync(scope.Users, user), errors);
        foreach (var validator in scope.Users.PasswordValidators) Collect(await validator.ValidateAsync(scope.Users, user, input.Password), errors);
        return errors;
    }

    /// <summary>Changes role, name or state. Needs <see cref="Rights.ManageAccounts"/>.</summary>
    public Task<Result<UserView>> UpdateAsync(Caller caller, Guid id, UserUpdate update, CancellationToken cancellationToken) =>
        ChangeAsync(caller, id, "change users", async (scope, user) =>
        {
            if (update.Role != user.Role && RoleProblem(caller, update.Role) is { } role) return Problem.Invalid("role", role);
            if (update.DisplayName.Trim().Length > 200) return Problem.Invalid("displayName", "The display name may have at most 200 characters.");
            if (update.Disabled && id == caller.ActorId) return Problem.Conflict("You cannot disable your own account; ask another administrator.");
            if ((update.Disabled || update.Role != user.Role) && await IsLastAdminAsync(scope, user)) return LastAdmin();
            var before = Describe(user);
            var endsSessions = update.Disabled != user.Disabled || update.Role != user.Role;
            (user.Role, user.DisplayName, user.Disabled) = (update.Role, update.DisplayName.Trim(), update.Disabled);
            var saved = endsSessions ? await scope.Users.UpdateSecurityStampAsync(user) : await scope.Users.UpdateAsync(user);
            if (!saved.Succeeded) return ToProblem(saved);
            await scope.AuditAsync(caller, new AuditEntry("user.update", "user", id.ToString(), $"Changed the user {user.UserName}.") { Before = before, After = Describe(user) }, cancellationToken);
            return null;
        }, cancellationToken);

    /// <summary>Gives an account another password and unlocks it. Needs <see cref="Rights.ManageAccounts"/>.</summary>
    public Task<Result<UserView>> ResetPasswordAsync(Caller caller, Guid id, string newPassword, CancellationToken cancellationToken) =>
        ChangeAsync(caller, id, "reset passwords", async (scope, user) =>
        {
            var token = await scope.Users.GeneratePasswordResetTokenAsync(user);
            var reset = await scope.Users.ResetPasswordAsync(user, token, newPassword);
            if (!reset.Succeeded) return ToProblem(reset);
            await scope.Users.SetLockoutEndDateAsync(user, null);
            await scope.Users.ResetAccessFailedCountAsync(user);
            await scope.AuditAsync(caller, new AuditEntry("user.reset-password", "user", id.ToString(), $"Set another password for the user {user.UserName}."), cancellationToken);
            return null;
        }, cancellationToken);

    /// <summary>Removes an account. Needs <see cref="Rights.ManageAccounts"/>.</summary>
    public async Task<Result<Done>> DeleteAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        var gone = await ChangeAsync(caller, id, "delete users", async (scope, user) =>
        {
            if (id == caller.ActorId) return Problem.Conflict("You cannot delete your own account; ask another administrator.");
            if (await IsLastAdminAsync(scope, user)) return LastAdmin();
            var deleted = await scope.Users.DeleteAsync(user);
            if (!deleted.Succeeded) return ToProblem(deleted);
            await scope.AuditAsync(caller, new AuditEntry("user.delete", "user", id.ToString(), $"Deleted the user {user.UserName}.") { Before = Describe(user) }, cancellationToken);
            return null;
        }, cancellationToken);
        return gone.IsSuccess ? new Done() : gone.Problem!;
    }

    /// <summary>Changes the caller's own password; every session of the account ends, the current one is given the new stamp.</summary>
    public async Task<Result<UserState>> ChangeOwnPasswordAsync(Caller caller, string oldPassword, string newPassword, CancellationToken cancellationToken)
    {
        if (caller is not { Kind: ActorKind.User, ActorId: { } id }) return Problem.Forbidden("change a password");
        await using var scope = identity.Open(caller.HomeTenant);
        await using var transaction = await scope.BeginAsync(cancellationToken);
        if (await scope.Users.FindByIdAsync(id.ToString()) is not { Disabled: false } user) return Problem.NotFound("user");
        if (await scope.Users.IsLockedOutAsync(user)) return Problem.Conflict("After five wrong passwords the account is locked for five minutes; try again then.");
        if (!await scope.Users.CheckPasswordAsync(user, oldPassword))
        {
            await scope.Users.AccessFailedAsync(user);
            await transaction.CommitAsync(cancellationToken);
            return Problem.Invalid("oldPassword", "The current password is wrong.");
        }
        var changed = await scope.Users.ChangePasswordAsync(user, oldPassword, newPassword);
        if (!changed.Succeeded) return ToProblem(changed);
        await scope.Users.ResetAccessFailedCountAsync(user);
        await scope.AuditAsync(caller with { Tenant = caller.HomeTenant }, new AuditEntry("user.change-password", "user", user.Id.ToString(), $"{user.UserName} changed their password."), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        states.ForgetUser(caller.HomeTenant, user.Id);
        return new UserState(caller.HomeTenant, user.Id, NameOf(user), user.Role, false, user.SecurityStamp!);
    }

    private async Task<Result<UserView>> ChangeAsync(Caller caller, Guid id, string what, Func<IdentityScope, User, Task<Problem?>> change, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageAccounts)) return Problem.Forbidden(what);
        await using var scope = identity.Open(caller.Tenant);
        await using var transaction = await scope.BeginAsync(cancellationToken);
        // One change of the tenant's accounts at a time: two administrators cannot remove each other at once.
        await scope.RunAsync(Sql.Command("SELECT pg_advisory_xact_lock(hashtextextended('deviceconsole.accounts.' || $1, 0))", Sql.Text(caller.Tenant.ToString())), cancellationToken);
        if (await scope.Users.FindByIdAsync(id.ToString()) is not { } user) return Problem.NotFound("user");
        if (!caller.May(Roles.RightsOf(user.Role))) return Problem.Forbidden($"{what} with the role {Roles.NameOf(user.Role)}");
        if (await change(scope, user) is { } problem) return problem;
        await transaction.CommitAsync(cancellationToken);
        states.ForgetUser(caller.Tenant, id);
        return View(user);
    }

    // An administrator is who may manage the tenant's accounts: platform admins in the platform's own tenant, else tenant admins.
    private static async Task<bool> IsLastAdminAsync(IdentityScope scope, User user)
    {
        var top = user.TenantId == Tenant.Platform ? Roles.PlatformAdmin : Roles.TenantAdmin;
        return user.Role == top && !user.Disabled && !await scope.Users.Users.AnyAsync(u => u.Role == top && !u.Disabled && u.Id != user.Id);
    }

    private static string? RoleProblem(Caller caller, string role)
    {
        if (Roles.RightsOf(role) == Rights.None) return "Choose a role: viewer, operator or tenant_admin.";
        if (role == Roles.PlatformAdmin && caller.Tenant != Tenant.Platform) return "Platform admins live in the platform's own tenant.";
        return caller.May(Roles.RightsOf(role)) ? null : "You cannot give a role that is above your own.";
    }

    private User New(Guid tenant, UserInput input) => new()
    {
        Id = Guid.CreateVersion7(), TenantId = tenant, UserName = input.UserName.Trim(), DisplayName = input.DisplayName.Trim(), Role = input.Role,
        LockoutEnabled = true, CreatedAt = time.GetUtcNow(),
    };

    private static Problem LastAdmin() => Problem.Conflict("This is the last administrator of the tenant; make another one first.");

    private static Problem ToProblem(IdentityResult result)
    {
        if (result.Errors.Any(e => e.Code == "ConcurrencyFailure")) return Problem.Conflict("Somebody else changed this user at the same time; load it again.");
        var errors = new List<FieldError>();
        Collect(result, errors);
        return errors.All(e => e.Field == "userName") && result.Errors.Any(e => e.Code == "DuplicateUserName")
            ? Problem.Conflict(errors[0].Message) with { Errors = errors }
            : Problem.Invalid(errors);
    }

    private static void Collect(IdentityResult result, List<FieldError> errors) => errors.AddRange(result.Errors.Select(e => e.Code switch
    {
        "PasswordTooShort" => new FieldError("password", $"The password needs at least {PasswordRules.MinimumLength} characters."),
        "DuplicateUserName" => new FieldError("userName", "The user name is taken; choose another."),
        "InvalidUserName" => new FieldError("userName", "The user name may hold letters, digits and the signs - . _ @ + only."),
        { } code when code.StartsWith("Password", StringComparison.Ordinal) => new FieldError("password", e.Description),
        _ => new FieldError("userName", e.Description),
    }));

    private static string NameOf(User user) => user.DisplayName.Length > 0 ? user.DisplayName : user.UserName!;

    private UserView View(User user) => new(user.Id, user.UserName!, user.DisplayName, user.Email, user.Role, user.Disabled,
        user.LockoutEnd > time.GetUtcNow(), user.CreatedAt, user.LastLoginAt);

    private static JsonObject Describe(User user) =>
        new() { ["userName"] = user.UserName, ["displayName"] = user.DisplayName, ["role"] = user.Role, ["disabled"] = user.Disabled };
}
