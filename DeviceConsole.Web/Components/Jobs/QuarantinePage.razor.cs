using DeviceConsole.Core;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;

namespace DeviceConsole.Web.Components.Jobs;

/// <summary>Tasks that models do not stand, and their release.</summary>
public sealed partial class QuarantinePage(QuarantineService quarantine, CurrentCaller current, Toasts toasts)
{
    private IReadOnlyList<QuarantinedTask>? tasks;
    private Problem? problem;
    private bool mayRelease;

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        var caller = await current.GetAsync();
        var found = await quarantine.ListAsync(caller, CancellationToken.None);
        (problem, tasks) = (found.Problem, found.IsSuccess ? found.Value : null);
        mayRelease = caller.May(Rights.ManageDevices) && caller.Scope.IsAll;
    }

    private async Task ReleaseAsync(QuarantinedTask task)
    {
        problem = (await quarantine.ReleaseAsync(await current.GetAsync(), task.Id, CancellationToken.None)).Problem;
        if (problem is not null) return;
        toasts.Success("The task is released. Jobs that failed because of it can be run again.");
        await LoadAsync();
    }
}
