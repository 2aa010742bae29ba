using DeviceConsole.Core;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Connect;

/// <summary>Devices that showed the enrolment credential and wait for a decision, live.</summary>
public sealed partial class PendingDevices(EnrolmentService enrolment, CurrentCaller current, Toasts toasts)
{
    private IReadOnlyList<PendingDevice> waiting = [];
    private Problem? problem;

    /// <summary>The person may decide.</summary>
    [Parameter] public bool MayManage { get; set; }

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => ReadAsync();

    private static string Name(PendingDevice device) =>
        string.Join(' ', new[] { device.Facts.Manufacturer, device.Facts.Model }.Where(t => !string.IsNullOrWhiteSpace(t))) is { Length: > 0 } name ? name : "A new device";

    private async Task ReadAsync()
    {
        var found = await enrolment.PendingAsync(await current.GetAsync(), CancellationToken.None);
        if (found.IsSuccess) waiting = found.Value;
    }

    private async Task ApproveAsync(PendingDevice device)
    {
        var taken = await enrolment.ApproveAsync(await current.GetAsync(), device.Protocol, device.Identity, CancellationToken.None);
        problem = taken.Problem;
        if (taken.IsSuccess) toasts.Success($"{Name(device)} is taken in; it comes in with its next call.");
        await ReadAsync();
    }

    private async Task BlockAsync(PendingDevice device, bool blocked)
    {
        problem = (await enrolment.BlockAsync(await current.GetAsync(), device.Protocol, device.Identity, blocked, CancellationToken.None)).Problem;
        await ReadAsync();
    }

    private async Task DismissAsync(PendingDevice device)
    {
        problem = (await enrolment.DismissAsync(await current.GetAsync(), device.Protocol, device.Identity, CancellationToken.None)).Problem;
        await ReadAsync();
    }
}
