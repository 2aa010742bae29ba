using DeviceConsole.Core;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Web.Auth;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Account;

/// <summary>Changes one's own password. Plain HTML, because it renews the session's cookie.</summary>
public sealed partial class PasswordPage(UserService users)
{
    private Problem? problem;
    private bool done;

    /// <summary>What was sent.</summary>
    [SupplyParameterFromForm(FormName = "password")] public PasswordInput? Input { get; set; }

    [CascadingParameter] private HttpContext Context { get; set; } = default!;

    private async Task ChangeAsync()
    {
        if (ConsoleClaims.CallerFrom(Context.User) is not { } caller) return;
        if (Input?.New != Input?.Again)
        {
            problem = Problem.Invalid("again", "The two new passwords are not the same.");
            return;
        }
        var changed = await users.ChangeOwnPasswordAsync(caller, Input?.Old ?? "", Input?.New ?? "", Context.RequestAborted);
        problem = changed.Problem;
        if (!changed.IsSuccess) return;
        await CookieLogin.SignInAsync(Context, changed.Value, caller.Tenant);
        done = true;
    }

    private string? ErrorOf(string field) => problem?.Errors.FirstOrDefault(e => e.Field == field)?.Message;

    /// <summary>The form's fields.</summary>
    public sealed class PasswordInput
    {
        /// <summary>The password so far.</summary>
        public string? Old { get; set; }

        /// <summary>The password from now on.</summary>
        public string? New { get; set; }

        /// <summary>The same again.</summary>
        public string? Again { get; set; }
    }
}
