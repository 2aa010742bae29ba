using DeviceConsole.Core;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Admin;

/// <summary>Makes a user, or changes one.</summary>
public sealed partial class UserDialog(UserService service, CurrentCaller current)
{
    private string userName = "", displayName = "", role = Roles.Operator, password = "";
    private bool disabled, working;
    private IReadOnlyList<string> choices = [];
    private Problem? problem;

    /// <summary>The one to change; null makes a new one.</summary>
    [Parameter] public UserView? User { get; set; }

    /// <summary>Leaves everything as it is.</summary>
    [Parameter] public EventCallback OnClose { get; set; }

    /// <summary>Done; with a sentence about it.</summary>
    [Parameter] public EventCallback<string> OnSaved { get; set; }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        if (User is not null) (displayName, role, disabled) = (User.DisplayName, User.Role, User.Disabled);
        var caller = await current.GetAsync();
        choices = [.. new[] { Roles.Viewer, Roles.Operator, Roles.TenantAdmin, Roles.PlatformAdmin }
            .Where(r => caller.May(Roles.RightsOf(r)) && (r != Roles.PlatformAdmin || caller.Tenant == Tenant.Platform) || r == role)];
    }

    private async Task SaveAsync()
    {
        if (working) return;
        working = true;
        try
        {
            problem = User is null ? await CreateAsync() : await UpdateAsync(User);
            if (problem is null) await OnSaved.InvokeAsync(User is null ? $"{userName.Trim()} may log in now." : $"{User.UserName} is saved.");
        }
        finally
        {
            working = false;
        }
    }

    private async Task<Problem?> CreateAsync() =>
        (await service.CreateAsync(await current.GetAsync(), new UserInput(userName, displayName, role, password), CancellationToken.None)).Problem;

    private async Task<Problem?> UpdateAsync(UserView user)
    {
        var caller = await current.GetAsync();
        var saved = await service.UpdateAsync(caller, user.Id, new UserUpdate(role, displayName, disabled), CancellationToken.None);
        if (!saved.IsSuccess || password.Length == 0) return saved.Problem;
        return (await service.ResetPasswordAsync(caller, user.Id, password, CancellationToken.None)).Problem;
    }
}
