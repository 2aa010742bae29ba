using DeviceConsole.Core;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using DeviceConsole.Web.Hosting;

namespace DeviceConsole.Web.Components.Connect;

/// <summary>What to enter on a device, how unknown devices are taken in, and a live look at who calls.</summary>
public sealed partial class ConnectPage(EnrolmentService enrolment, TenantDirectory tenants, HostSettings settings, ProtocolCatalog catalog, CurrentCaller current, Toasts toasts)
{
    private IReadOnlyList<EnrolmentView> enrolments = [];
    private ConnectContext? context;
    private ISessionProtocol? editing;
    private Problem? problem;
    private bool mayManage;

    private ProtocolCatalog Catalog => catalog;

    private IEnumerable<ISessionProtocol> Modules => catalog.All.OfType<ISessionProtocol>();

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        var caller = await current.GetAsync();
        var found = await enrolment.ListAsync(caller, CancellationToken.None);
        problem = found.Problem;
        if (!found.IsSuccess || await tenants.GetAsync(caller.Tenant, CancellationToken.None) is not { } tenant) return;
        enrolments = found.Value;
        mayManage = caller.May(Rights.ManageDevices) && caller.Scope.IsAll;
        context = new ConnectContext(tenant.Slug, settings.DeviceAddress);
    }

    private async Task SavedAsync()
    {
        toasts.Success("Enrolment is saved.");
        await LoadAsync();
    }
}
