using DeviceConsole.Core;
using DeviceConsole.Core.Listeners;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;

namespace DeviceConsole.Web.Components.Admin.Listeners;

/// <summary>How TLS is spoken with devices.</summary>
public sealed partial class ProfilesTab(TlsProfileService service, CertificateService certificateService, TenantDirectory directory, CurrentCaller current, Toasts toasts)
{
    private IReadOnlyList<TlsProfileView>? profiles;
    private IReadOnlyList<CertificateView> certificates = [];
    private IReadOnlyList<Tenant> tenants = [];
    private TlsProfile? editing, deleting;
    private Problem? problem, deleteProblem;

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        var caller = await current.GetAsync();
        var list = await service.ListAsync(caller, CancellationToken.None);
        problem = list.Problem;
        if (!list.IsSuccess) return;
        certificates = (await certificateService.ListAsync(caller, CancellationToken.None)).Value;
        var all = await directory.ListAsync(caller, CancellationToken.None);
        tenants = all.IsSuccess ? [.. all.Value.Where(t => t.Id != Tenant.Platform)] : [];
        profiles = list.Value;
    }

    private TlsProfile NewProfile() => new(Guid.CreateVersion7(), "", certificates[0].Id, TlsTexts.Versions[0], ClientCertificates.None, "", null);

    private string Words(TlsProfile profile)
    {
        if (profile.ClientCertificates == ClientCertificates.None) return "not asked for";
        var whose = profile.ClientTenant is { } id ? $", devices of {tenants.FirstOrDefault(t => t.Id == id)?.Name ?? "a tenant that is gone"} only" : "";
        return profile.ClientCertificates.Text() + whose;
    }

    private async Task SavedAsync()
    {
        editing = null;
        toasts.Success("The TLS profile is saved. New connections follow it.");
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
