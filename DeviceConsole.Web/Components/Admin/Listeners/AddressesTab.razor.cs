using DeviceConsole.Core;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;

namespace DeviceConsole.Web.Components.Admin.Listeners;

/// <summary>Addresses of devices beside the built-in ones, for platform administrators.</summary>
public sealed partial class AddressesTab(ListenerDirectory directory, CurrentCaller current, Toasts toasts)
{
    private IReadOnlyList<DeviceListener>? listeners;
    private DeviceListener? editing, deleting;
    private Problem? problem, deleteProblem;

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        var list = await directory.ListAsync(await current.GetAsync(), CancellationToken.None);
        (problem, listeners) = (list.Problem, list.IsSuccess ? list.Value : null);
    }

    private async Task SavedAsync()
    {
        editing = null;
        toasts.Success("The listener is saved. It answers within 20 seconds.");
        await LoadAsync();
    }

    private async Task DeleteAsync()
    {
        if (deleting is null) return;
        deleteProblem = (await directory.DeleteAsync(await current.GetAsync(), deleting.Id, CancellationToken.None)).Problem;
        if (deleteProblem is not null) return;
        deleting = null;
        await LoadAsync();
    }
}
