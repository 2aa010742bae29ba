using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Hosting;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Account;

/// <summary>The log-in: plain HTML, no circuit. It says the same of an unknown tenant, an unknown name and a wrong password.</summary>
public sealed partial class LoginPage(TenantDirectory tenants, PasswordLogin passwords, AttemptThrottle throttle, HostSettings settings, NavigationManager navigation)
{
    private const string LastTenantCookie = "dc-tenant";
    private string? error;

    /// <summary>Short name of the tenant, from the address.</summary>
    [Parameter] public string? Slug { get; set; }

    /// <summary>Where to go afterwards; a path of this site.</summary>
    [SupplyParameterFromQuery] public string? ReturnUrl { get; set; }

    /// <summary>What was sent.</summary>
    [SupplyParameterFromForm(FormName = "login")] public LoginInput? Input { get; set; }

    [CascadingParameter] private HttpContext Context { get; set; } = default!;

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        if (HttpMethods.IsGet(Context.Request.Method) && ConsoleClaims.CallerFrom(Context.User) is not null) navigation.NavigateTo(LocalUrl.OrHome(ReturnUrl));
        Input ??= new LoginInput { Tenant = LastTenant() };
    }

    private async Task LogInAsync()
    {
        var address = Context.Connection.RemoteIpAddress;
        if (!throttle.TryBegin(address))
        {
            Context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            error = $"Too many log-ins from this address have failed. Wait {AttemptThrottle.Window.TotalMinutes:0} minutes and try again.";
            return;
        }
        var slug = (Slug ?? Input!.Tenant ?? "").Trim().ToLowerInvariant();
        var tenant = await tenants.FindBySlugAsync(slug, Context.RequestAborted);
        var user = await passwords.CheckAsync(tenant is { IsActive: true } ? tenant.Id : null, Input!.UserName ?? "", Input.Password ?? "", Context.RequestAborted);
        if (user is null)
        {
            error = $"That did not work. Check tenant, user name and password; after {PasswordLogin.MaximumFailures} wrong passwords an account is locked for {PasswordLogin.LockoutTime.TotalMinutes:0} minutes.";
            return;
        }
        throttle.Succeeded(address);
        await CookieLogin.SignInAsync(Context, user, user.Tenant);
        RememberTenant(slug);
        navigation.NavigateTo(LocalUrl.OrHome(ReturnUrl));
    }

    private string LastTenant() =>
        Context.Request.Cookies[LastTenantCookie] is { } last && TenantRules.IsSlug(last) ? last : settings.Demo ? Seed.DemoSlug : "";

    private void RememberTenant(string slug) => Context.Response.Cookies.Append(LastTenantCookie, slug, new CookieOptions
    {
        HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = Context.Request.IsHttps, MaxAge = TimeSpan.FromDays(365), IsEssential = true,
    });

    /// <summary>The form's fields.</summary>
    public sealed class LoginInput
    {
        /// <summary>Short name, where the address does not give it.</summary>
        public string? Tenant { get; set; }

        /// <summary>Log-in name.</summary>
        public string? UserName { get; set; }

        /// <summary>Password.</summary>
        public string? Password { get; set; }
    }
}
