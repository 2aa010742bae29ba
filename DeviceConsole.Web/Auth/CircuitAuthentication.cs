using System.Security.Claims;
using DeviceConsole.Core.Tenancy;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace DeviceConsole.Web.Auth;

/// <summary>
/// Asks again every 20 s whether a circuit's session still holds, and at once when its tenant was suspended or deleted; when not, the circuit
/// goes on as nobody.
/// </summary>
public sealed partial class CircuitAuthentication : RevalidatingServerAuthenticationStateProvider
{
    private readonly SessionCheck check;
    private readonly TenantWatch tenants;
    private readonly ILogger<CircuitAuthentication> log;

    /// <summary>One a circuit.</summary>
    public CircuitAuthentication(ILoggerFactory loggers, SessionCheck check, TenantWatch tenants)
        : base(loggers)
    {
        (this.check, this.tenants, log) = (check, tenants, loggers.CreateLogger<CircuitAuthentication>());
        tenants.Changed += OnTenantChanged;
    }

    /// <inheritdoc />
    protected override TimeSpan RevalidationInterval => SessionCheck.Interval;

    /// <inheritdoc />
    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        await check.CheckAsync(authenticationState.User, cancellationToken) == SessionVerdict.Valid;

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        tenants.Changed -= OnTenantChanged;
        base.Dispose(disposing);
    }

    private void OnTenantChanged(Guid tenant) => _ = LookAgainAsync(tenant);

    private async Task LookAgainAsync(Guid tenant)
    {
        try
        {
            var user = (await GetAuthenticationStateAsync()).User;
            if (ConsoleClaims.CallerFrom(user) is not { } caller || (caller.Tenant != tenant && caller.HomeTenant != tenant)) return;
            if (await check.CheckAsync(user, CancellationToken.None) == SessionVerdict.Valid) return;
            SetAuthenticationState(Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity()))));
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or InvalidOperationException)
        {
            // The regular look follows; before the circuit has begun there is no state at all.
            LogLater(e.Message);
        }
    }

    [LoggerMessage(2311, LogLevel.Debug, "A circuit is asked about later: {Reason}")]
    private partial void LogLater(string reason);
}
