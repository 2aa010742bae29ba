using DeviceConsole.Core.Secrets;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Options;

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
        services.AddAuthentication(CookieLogin.Scheme).AddCookie(CookieLogin.Scheme, CookieLogin.Configure)
            .AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerTokens.Scheme, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(ApiPolicy, p => p.AddAuthenticationSchemes(BearerTokens.Scheme).RequireAuthenticatedUser())
            .AddPolicy(LivePolicy, p => p.AddAuthenticationSchemes(CookieLogin.Scheme, BearerTokens.Scheme).RequireAuthenticatedUser());
        services.AddOptions<SigningKeyOptions>().BindConfiguration("SigningKeys");
        services.AddSingleton(s => s.GetRequiredService<IOptions<SigningKeyOptions>>().Value);
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<SessionGuard>();
        services.AddHostedService(s => s.GetRequiredService<SessionGuard>());
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
