using DeviceConsole.Core;
using DeviceConsole.Core.BulkData;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.BulkData;

/// <summary>What a device reports by itself: its profiles, how they stand, their last values and graphs. Follows reports and jobs live.</summary>
public sealed partial class BulkDataPanel
{
    private IReadOnlyList<BulkProfileView>? profiles;
    private HashSet<Guid> shown = [];
    private BulkProfileView? removing;
    private DeviceDetail? seen;
    private Problem? problem;
    private Problem? removeProblem;
    private bool mayChange;
    private bool making;
    private bool forget;

    /// <summary>The device; read anew by the page when one of its jobs has ended, which a profile may have waited for.</summary>
    [Parameter, EditorRequired] public DeviceDetail Device { get; set; } = default!;

    [Inject] private BulkService Bulk { get; set; } = default!;
    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private Toasts Toasts { get; set; } = default!;

    private Guid Id => Device.Device.Id;

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (ReferenceEquals(seen, Device)) return;
        seen = Device;
        mayChange = (await Caller.GetAsync()).May(Rights.RunWrites);
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var list = await Bulk.ListAsync(await Caller.GetAsync(), Id, CancellationToken.None);
        problem = list.Problem;
        if (!list.IsSuccess) return;
        profiles = list.Value;
        if (!shown.SetEquals(profiles.Select(p => p.Id))) shown = [.. profiles.Select(p => p.Id)];
    }

    private async Task SavedAsync()
    {
        making = false;
        await LoadAsync();
    }

    private async Task WriteAsync(BulkProfileView profile)
    {
        var written = await Bulk.SetUpAsync(await Caller.GetAsync(), profile.Id, CancellationToken.None);
        await LoadAsync();
        problem = written.Problem;
        if (written.IsSuccess) Toasts.Success($"A job writes {profile.Profile.Name} to the device.");
    }

    private void Ask(BulkProfileView profile, bool here) => (removing, forget, removeProblem) = (profile, here, null);

    private async Task RemoveAsync()
    {
        var result = await Bulk.RemoveAsync(await Caller.GetAsync(), removing!.Id, forget, CancellationToken.None);
        removeProblem = result.Problem;
        if (!result.IsSuccess) return;
        removing = null;
        await LoadAsync();
    }
}
