using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace DeviceConsole.Web.Auth;

/// <summary>Asks again every 20 s whether a circuit's session still holds; when not, the circuit goes on as nobody.</summary>
public sealed class CircuitAuthentication(ILoggerFactory loggers, SessionCheck check) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    /// <inheritdoc />
    protected override TimeSpan RevalidationInterval => SessionCheck.Interval;

    /// <inheritdoc />
    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        await check.CheckAsync(authenticationState.User, cancellationToken) == SessionVerdict.Valid;
}
