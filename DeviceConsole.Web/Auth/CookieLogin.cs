using System.Security.Claims;
using DeviceConsole.Core.Accounts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace DeviceConsole.Web.Auth;

/// <summary>A person's session in an encrypted cookie.</summary>
public static class CookieLogin
{
    /// <summary>The authentication scheme.</summary>
    public const string Scheme = CookieAuthenticationDefaults.AuthenticationScheme;

    /// <summary>Begins a session: always a new one, whatever the browser brought along.</summary>
    public static async Task SignInAsync(HttpContext context, UserState user, Guid tenant)
    {
        await context.SignOutAsync(Scheme);
        await context.SignInAsync(Scheme, ConsoleClaims.ForUser(user, tenant, Guid.NewGuid().ToString("n")));
    }

    /// <summary>How the cookie looks and when it is believed.</summary>
    public static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "dc-session";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Cookie.IsEssential = true;
        options.ExpireTimeSpan = TimeSpan.FromHours(12);
        options.SlidingExpiration = true;
        options.LoginPath = "/login";
        options.AccessDeniedPath = "/denied";
        options.ReturnUrlParameter = "returnUrl";
        options.Events.OnValidatePrincipal = ValidateAsync;
        options.Events.OnRedirectToLogin = context => Redirect(context, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context => Redirect(context, StatusCodes.Status403Forbidden);
    }

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var check = context.HttpContext.RequestServices.GetRequiredService<SessionCheck>();
        switch (await check.CheckAsync(context.Principal, context.HttpContext.RequestAborted))
        {
            case SessionVerdict.Ended:
                context.RejectPrincipal();
                await context.HttpContext.SignOutAsync(Scheme);
                break;
            case SessionVerdict.ActingTenantGone:
                context.ReplacePrincipal(AtHome(context.Principal!));
                context.ShouldRenew = true;
                break;
        }
    }

    // Back in the account's own tenant, everything else as it was.
    private static ClaimsPrincipal AtHome(ClaimsPrincipal principal)
    {
        var identity = ConsoleClaims.IdentityOf(principal)!;
        var home = ConsoleClaims.Text(identity, ConsoleClaims.HomeTenant)!;
        return ConsoleClaims.Principal(Scheme, [.. identity.Claims.Where(c => c.Type != ConsoleClaims.Tenant), new Claim(ConsoleClaims.Tenant, home)]);
    }

    // Pages lead to the log-in; programs get the status that they understand.
    private static Task Redirect(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
            context.Response.Redirect(context.RedirectUri);
        else if (!context.Response.HasStarted) context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
