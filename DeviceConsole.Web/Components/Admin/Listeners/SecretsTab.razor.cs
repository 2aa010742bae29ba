using DeviceConsole.Core;
using DeviceConsole.Core.Listeners;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;

namespace DeviceConsole.Web.Components.Admin.Listeners;

/// <summary>Passwords that the installation shows to others.</summary>
public sealed partial class SecretsTab(PlatformSecretService service, CurrentCaller current, Toasts toasts)
{
    private IReadOnlyList<PlatformSecretView>? secrets;
    private PlatformSecretView? entering, deleting;
    private Problem? problem, enterProblem, deleteProblem;
    private string value = "";
    private bool working;

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        var list = await service.ListAsync(await current.GetAsync(), CancellationToken.None);
        (problem, secrets) = (list.Problem, list.IsSuccess ? list.Value : null);
    }

    private async Task SaveAsync()
    {
        if (entering is null || working) return;
        working = true;
        try
        {
            enterProblem = (await service.SaveAsync(await current.GetAsync(), entering.Secret.Id, value, CancellationToken.None)).Problem;
        }
        finally
        {
            working = false;
        }
        if (enterProblem is not null) return;
        (entering, value) = (null, "");
        toasts.Success("The secret is stored.");
        await LoadAsync();
    }

    private async Task DeleteAsync()
    {
        if (deleting is null) return;
        deleteProblem = (await service.DeleteAsync(await current.GetAsync(), deleting.Secret.Id, CancellationToken.None)).Problem;
        if (deleteProblem is not null) return;
        deleting = null;
        await LoadAsync();
    }
}
