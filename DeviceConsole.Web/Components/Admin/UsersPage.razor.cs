using DeviceConsole.Core;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;

namespace DeviceConsole.Web.Components.Admin;

/// <summary>The people of the tenant, for its administrators.</summary>
public sealed partial class UsersPage(UserService service, CurrentCaller current, Toasts toasts)
{
    private IReadOnlyList<UserView>? users;
    private Problem? problem, deleteProblem;
    private UserView? editing, deleting;
    private bool creating;

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        var list = await service.ListAsync(await current.GetAsync(), CancellationToken.None);
        (problem, users) = (list.Problem, list.IsSuccess ? list.Value : null);
    }

    private async Task SavedAsync(string message)
    {
        (creating, editing, deleting, deleteProblem) = (false, null, null, null);
        toasts.Success(message);
        await LoadAsync();
    }

    private async Task DeleteAsync()
    {
        if (deleting is null) return;
        var deleted = await service.DeleteAsync(await current.GetAsync(), deleting.Id, CancellationToken.None);
        deleteProblem = deleted.Problem;
        if (deleted.IsSuccess) await SavedAsync($"{deleting.UserName} is deleted.");
    }
}
