using DeviceConsole.Core.Tenancy;
using Microsoft.AspNetCore.Components.Authorization;

namespace DeviceConsole.Web.Auth;

/// <summary>The session has ended while a page was open.</summary>
public sealed class SessionEndedException() : Exception("Your session has ended. Log in again.");

/// <summary>The caller of a component, from the authentication state as it is now: ask for it with every action, never keep it.</summary>
public sealed class CurrentCaller(AuthenticationStateProvider state)
{
    /// <summary>The caller, or null where nobody is logged in.</summary>
    public async Task<Caller?> FindAsync() => ConsoleClaims.CallerFrom((await state.GetAuthenticationStateAsync()).User);

    /// <summary>The caller, or <see cref="SessionEndedException"/>.</summary>
    public async Task<Caller> GetAsync() => await FindAsync() ?? throw new SessionEndedException();
}
