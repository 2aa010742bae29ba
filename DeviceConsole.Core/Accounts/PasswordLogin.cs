using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Microsoft.AspNetCore.Identity;

namespace DeviceConsole.Core.Accounts;

/// <summary>
/// Checks a name and a password. An unknown tenant, an unknown name, a wrong password, a locked and a disabled account all
/// give the same answer after the same work, so that nobody learns which names exist.
/// </summary>
public sealed class PasswordLogin(DataSources dataSources, IPasswordHasher<User> hasher, ILookupNormalizer normalizer)
{
    /// <summary>Wrong passwords in a row that lock an account.</summary>
    public const int MaximumFailures = 5;

    /// <summary>How long it is locked.</summary>
    public static readonly TimeSpan LockoutTime = TimeSpan.FromMinutes(5);

    private static readonly User Nobody = new();
    private readonly Lazy<string> decoy = new(() => hasher.HashPassword(Nobody, Guid.NewGuid().ToString()));

    /// <summary>The account, or null. <paramref name="tenant"/> is null where the short name of the tenant is unknown.</summary>
    public async Task<UserState?> CheckAsync(Guid? tenant, string userName, string password, CancellationToken cancellationToken)
    {
        var candidate = await ReserveAttemptAsync(tenant ?? Guid.Empty, userName, cancellationToken);
        if (password.Length > PasswordRules.MaximumLength) password = "";
        var verdict = hasher.VerifyHashedPassword(Nobody, candidate?.Hash ?? decoy.Value, password);
        if (candidate is null) return null;
        if (verdict == PasswordVerificationResult.Failed)
        {
            if (candidate.NowLocked) await ReportLockAsync(candidate.State, cancellationToken);
            return null;
        }
        var newHash = verdict == PasswordVerificationResult.SuccessRehashNeeded ? hasher.HashPassword(Nobody, password) : null;
        return await AcceptAsync(candidate, newHash, cancellationToken) ? candidate.State : null;
    }

    // The attempt is counted before the password is looked at: a thousand guesses at once count as a thousand.
    private async Task<Candidate?> ReserveAttemptAsync(Guid tenant, string userName, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add(
            """
            UPDATE users SET access_failed_count = CASE WHEN access_failed_count + 1 >= $3 THEN 0 ELSE access_failed_count + 1 END,
                             lockout_end = CASE WHEN access_failed_count + 1 >= $3 THEN now() + $4 ELSE lockout_end END
            WHERE tenant_id = $1 AND normalized_user_name = $2 AND NOT disabled AND password_hash IS NOT NULL
              AND (lockout_end IS NULL OR lockout_end <= now() OR NOT lockout_enabled)
            RETURNING id, coalesce(nullif(display_name, ''), user_name), role, security_stamp, password_hash, access_failed_count = 0
            """,
            Sql.Uuid(tenant), Sql.Text(normalizer.NormalizeName(userName.Trim())), Sql.Int(MaximumFailures), Sql.Interval(LockoutTime));
        return await batch.FirstAsync(r => new Candidate(new UserState(tenant, r.GetGuid(0), r.GetString(1), r.GetString(2), false, r.GetString(3)),
            r.GetString(4), r.GetBoolean(5)), cancellationToken);
    }

    // Only while the password is still the one that was checked.
    private async Task<bool> AcceptAsync(Candidate candidate, string? newHash, CancellationToken cancellationToken)
    {
        var state = candidate.State;
        await using var batch = new TenantBatch(dataSources.App, state.Tenant);
        batch.Add(
            """
            UPDATE users SET access_failed_count = 0, lockout_end = NULL, last_login_at = now(), password_hash = coalesce($3, password_hash)
            WHERE (tenant_id, id) = ($1, $2) AND password_hash = $4 AND NOT disabled RETURNING 1
            """, Sql.Uuid(state.Tenant), Sql.Uuid(state.Id), Sql.Text(newHash), Sql.Text(candidate.Hash));
        batch.Add(AuditLog.Command(ActorOf(state), new AuditEntry("session.login", "user", state.Id.ToString(), $"{state.Name} logged in.")));
        return await batch.FirstAsync(r => r.GetInt32(0) == 1, cancellationToken);
    }

    private async Task ReportLockAsync(UserState state, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, state.Tenant);
        batch.Add(AuditLog.Command(Caller.System(state.Tenant, "log-in"), new AuditEntry("user.lock", "user", state.Id.ToString(),
            $"{state.Name} is locked for {LockoutTime.TotalMinutes:0} minutes after {MaximumFailures} wrong passwords.")));
        await batch.ExecuteAsync(cancellationToken);
    }

    private static Caller ActorOf(UserState state) =>
        new(state.Tenant, ActorKind.User, state.Id, state.Name, Roles.RightsOf(state.Role), DeviceScope.All, state.Tenant);

    private sealed record Candidate(UserState State, string Hash, bool NowLocked);
}
