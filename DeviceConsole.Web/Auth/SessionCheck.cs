using System.Globalization;
using System.Security.Claims;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Web.Auth;

/// <summary>What has become of a session since it began.</summary>
public enum SessionVerdict
{
    /// <summary>Nothing has changed.</summary>
    Valid,

    /// <summary>The tenant that a platform administrator acts in is suspended; the account itself is well.</summary>
    ActingTenantGone,

    /// <summary>The account or its tenant is disabled, its role or password is another, or the token has expired.</summary>
    Ended,
}

/// <summary>
/// Compares a principal with its account as it is now. Answers come from caches of at most 20 s; cookies and tokens ask with
/// every request, circuits, hubs and event streams every 20 s, so that lost rights are gone everywhere within 60 s.
/// </summary>
public sealed class SessionCheck(AccountStates states, TenantDirectory tenants, TimeProvider time)
{
    /// <summary>How often long-lived connections ask.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    /// <summary>The verdict on the identity that the caller is made of.</summary>
    public async Task<SessionVerdict> CheckAsync(ClaimsPrincipal? principal, CancellationToken cancellationToken)
    {
        if (ConsoleClaims.CallerFrom(principal) is not { } caller || ConsoleClaims.IdentityOf(principal) is not { } identity) return SessionVerdict.Ended;
        if (await tenants.GetAsync(caller.HomeTenant, cancellationToken) is not { IsActive: true }) return SessionVerdict.Ended;
        if (!await IsAccountValidAsync(caller, identity, cancellationToken)) return SessionVerdict.Ended;
        if (caller.Tenant == caller.HomeTenant) return SessionVerdict.Valid;
        return await tenants.GetAsync(caller.Tenant, cancellationToken) is { IsActive: true } ? SessionVerdict.Valid : SessionVerdict.ActingTenantGone;
    }

    private async Task<bool> IsAccountValidAsync(Caller caller, ClaimsIdentity identity, CancellationToken cancellationToken)
    {
        var (stamp, role) = (ConsoleClaims.Text(identity, ConsoleClaims.Stamp), ConsoleClaims.Text(identity, ConsoleClaims.Role));
        if (caller.Kind == ActorKind.User)
            return await states.GetUserAsync(caller.HomeTenant, caller.ActorId!.Value, cancellationToken) is { Disabled: false } user && user.Stamp == stamp && user.Role == role;
        if (!long.TryParse(ConsoleClaims.Text(identity, ConsoleClaims.Expires), NumberStyles.None, CultureInfo.InvariantCulture, out var expires)
            || time.GetUtcNow().ToUnixTimeSeconds() > expires + BearerTokens.ClockSkew.TotalSeconds) return false;
        return await states.GetClientAsync(caller.Tenant, ConsoleClaims.Text(identity, ConsoleClaims.ClientId)!, cancellationToken) is { Disabled: false } client
            && client.Stamp.ToString() == stamp && client.Role == role;
    }
}
