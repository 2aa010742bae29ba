using Microsoft.AspNetCore.Components.Authorization;

namespace DeviceConsole.Web.Auth;

/// <summary>Registers log-in, sessions and authorization.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Policy of the REST API: a token.</summary>
    public const string ApiPolicy = "api";

    /// <summary>Policy of hubs and event streams: a token or a session.</summary>
    public const string LivePolicy = "live";

    /// <summary>Needs accounts and data protection.</summary>
    public static IServiceCollection AddConsoleAuthentication(this IServiceCollection services)
    {
        services.AddAuthentication(CookieLogin.Scheme).AddCookie(CookieLogin.Scheme, CookieLogin.Configure);
        services.AddAuthorization();
        services.AddAntiforgery(o =>
        {
            o.Cookie.Name = "dc-form";
            o.Cookie.SameSite = SameSiteMode.Strict;
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.AddCascadingAuthenticationState();
        services.AddSingleton<SessionCheck>();
        services.AddSingleton<AttemptThrottle>();
        services.AddScoped<AuthenticationStateProvider, CircuitAuthentication>();
        services.AddScoped<CurrentCaller>();
        return services;
    }
}
