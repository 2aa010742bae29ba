using DeviceConsole.Core;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;

namespace DeviceConsole.Web.Components.Admin;

/// <summary>The tenants, for platform administrators.</summary>
public sealed partial class TenantsPage(TenantDirectory directory, CurrentCaller current, Toasts toasts)
{
    private IReadOnlyList<Tenant>? tenants;
    private Problem? problem;
    private Tenant? editing, deleting;
    private bool creating;

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        var list = await directory.ListAsync(await current.GetAsync(), CancellationToken.None);
        (problem, tenants) = (list.Problem, list.IsSuccess ? list.Value : null);
    }

    private async Task SavedAsync(string message)
    {
        (creating, editing, deleting) = (false, null, null);
        toasts.Success(message);
        await LoadAsync();
    }
}
