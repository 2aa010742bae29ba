using DeviceConsole.Core;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;

namespace DeviceConsole.Web.Components.Admin;

/// <summary>The tenant's service accounts, for its administrators.</summary>
public sealed partial class ServiceAccountsPage(ClientService service, CurrentCaller current, Toasts toasts)
{
    private IReadOnlyList<ClientView>? clients;
    private Problem? problem, actionProblem;
    private ClientView? rotating, deleting;
    private ClientWithSecret? shown;
    private bool creating;

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        var list = await service.ListAsync(await current.GetAsync(), CancellationToken.None);
        (problem, clients) = (list.Problem, list.IsSuccess ? list.Value : null);
    }

    private async Task ShowAsync(ClientWithSecret made)
    {
        (creating, shown) = (false, made);
        await LoadAsync();
    }

    private async Task ToggleAsync(ClientView client)
    {
        var caller = await current.GetAsync();
        var changed = client.Disabled
            ? await service.EnableAsync(caller, client.Id, CancellationToken.None)
            : await service.DisableAsync(caller, client.Id, CancellationToken.None);
        if (changed.Problem is { } refused) toasts.Problem(refused);
        else toasts.Success(client.Disabled ? $"{client.Name} may ask for tokens again." : $"{client.Name} is disabled; its tokens are refused within a minute.");
        await LoadAsync();
    }

    private async Task RotateAsync()
    {
        if (rotating is null) return;
        var made = await service.RotateSecretAsync(await current.GetAsync(), rotating.Id, CancellationToken.None);
        actionProblem = made.Problem;
        if (!made.IsSuccess) return;
        CloseConfirm();
        await ShowAsync(made.Value);
    }

    private async Task DeleteAsync()
    {
        if (deleting is null) return;
        var gone = await service.DeleteAsync(await current.GetAsync(), deleting.Id, CancellationToken.None);
        actionProblem = gone.Problem;
        if (!gone.IsSuccess) return;
        toasts.Success($"{deleting.Name} is deleted.");
        CloseConfirm();
        await LoadAsync();
    }

    private void CloseConfirm() => (rotating, deleting, actionProblem) = (null, null, null);
}
