using DeviceConsole.Core;
using DeviceConsole.Core.Listeners;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using DeviceConsole.Web.Hosting;
using DeviceConsole.Web.Hosting.DevicePorts;
using Microsoft.AspNetCore.Http;

namespace DeviceConsole.Web.Components.Admin.Listeners;

/// <summary>The ports that devices call, and whether this node listens on them.</summary>
public sealed partial class PortsTab(
    DevicePortService service, TlsProfileService profileService, PortOpener opener, HostSettings settings, CurrentCaller current, Toasts toasts, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource gone = new();
    private IReadOnlyList<DevicePort>? ports;
    private IReadOnlyList<TlsProfileView> profiles = [];
    private DevicePort? editing, deleting;
    private Problem? problem, deleteProblem;
    private bool isNew;

    /// <inheritdoc />
    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _ = WatchAsync(gone.Token);
    }

    // A port opens a moment after it was saved, or when another program has given it up.
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var before = Obstacles();
        try
        {
            using var timer = new PeriodicTimer(LookAgain, time);
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var now = Obstacles();
                if (now == before) continue;
                before = now;
                await InvokeAsync(StateHasChanged);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The page is gone.
        }
    }

    private string Obstacles() => string.Join('|', (ports ?? []).Select(p => $"{p.Port}{opener.ObstacleOf(p.Port)}"));

    private async Task LoadAsync()
    {
        var caller = await current.GetAsync();
        var list = await service.ListAsync(caller, CancellationToken.None);
        problem = list.Problem;
        if (!list.IsSuccess) return;
        profiles = (await profileService.ListAsync(caller, CancellationToken.None)).Value;
        var known = list.Value.Select(p => p.Port).ToHashSet();
        ports = [.. BuiltIn().Where(p => !known.Contains(p)).Select(p => new DevicePort(p, null, false, "", [])).Concat(list.Value).OrderBy(p => p.Port)];
    }

    private IEnumerable<int> BuiltIn() => settings.DeviceUrls.Select(u => BindingAddress.Parse(u).Port).Distinct();

    private bool IsBuiltIn(int port) => BuiltIn().Contains(port);

    private string NameOf(Guid profile) => profiles.FirstOrDefault(p => p.Profile.Id == profile)?.Profile.Name ?? "";

    private void Edit(DevicePort? port) => (editing, isNew) = (port ?? new DevicePort(0, null, false, "", []), port is null);

    private async Task SavedAsync()
    {
        editing = null;
        toasts.Success("The port is saved. Every node follows within seconds.");
        await LoadAsync();
    }

    private async Task DeleteAsync()
    {
        if (deleting is null) return;
        deleteProblem = (await service.DeleteAsync(await current.GetAsync(), deleting.Port, CancellationToken.None)).Problem;
        if (deleteProblem is not null) return;
        deleting = null;
        await LoadAsync();
    }
}
