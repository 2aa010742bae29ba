using DeviceConsole.Core;
using DeviceConsole.Core.Listeners;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;

namespace DeviceConsole.Web.Components.Admin.Listeners;

/// <summary>The certificates that devices are shown.</summary>
public sealed partial class CertificatesTab(CertificateService service, CurrentCaller current, Toasts toasts)
{
    private IReadOnlyList<CertificateView>? certificates;
    private CertificateView? renewing, deleting;
    private Problem? problem, deleteProblem;
    private bool adding, generating;

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        var list = await service.ListAsync(await current.GetAsync(), CancellationToken.None);
        (problem, certificates) = (list.Problem, list.IsSuccess ? list.Value : null);
    }

    private async Task SavedAsync()
    {
        (adding, generating) = (false, false);
        toasts.Success("The certificate is stored.");
        await LoadAsync();
    }

    private async Task DeleteAsync()
    {
        if (deleting is null) return;
        deleteProblem = (await service.DeleteAsync(await current.GetAsync(), deleting.Id, CancellationToken.None)).Problem;
        if (deleteProblem is not null) return;
        deleting = null;
        await LoadAsync();
    }
}
