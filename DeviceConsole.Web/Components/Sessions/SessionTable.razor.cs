using DeviceConsole.Core;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Live;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared.Live;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Sessions;

/// <summary>Sessions of one device or of all, newest first, live.</summary>
public sealed partial class SessionTable(SessionService sessions, CurrentCaller current, ChangeFeed changes, TimeProvider time) : IDisposable
{
    private const int PageSize = 50;
    private List<SessionView>? rows;
    private string? next;
    private Problem? problem;
    private ChangeView? view;
    private (Guid?, bool)? shown;
    private bool isGone;

    /// <summary>Only this device's; null for all.</summary>
    [Parameter] public Guid? DeviceId { get; set; }

    /// <summary>Only those that ended otherwise than they should.</summary>
    [Parameter] public bool FailedOnly { get; set; }

    /// <inheritdoc />
    public void Dispose()
    {
        isGone = true;
        view?.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (shown == (DeviceId, FailedOnly)) return;
        shown = (DeviceId, FailedOnly);
        await ReadAsync();
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        view = ChangeView.Follow(changes, (await current.GetAsync()).Tenant, "sessions", keys => DeviceId is not { } device || keys.Contains(device.ToString()),
            ReloadAsync, InvokeAsync, DispatchExceptionAsync, time);
        if (isGone) view.Dispose();
    }

    private async Task ReloadAsync()
    {
        await ReadAsync();
        StateHasChanged();
    }

    private async Task ReadAsync()
    {
        // As many as are shown, so that nothing jumps away under the reader.
        var page = await PageAsync(null, Math.Max(PageSize, Math.Min(rows?.Count ?? 0, 200)));
        if (page is null) return;
        rows = [.. page];
        next = page.Count >= PageSize ? "more" : null;
    }

    private async Task LoadMoreAsync()
    {
        if (rows is not { Count: > 0 } || await PageAsync(rows[^1].OpenedAt, PageSize) is not { } page) return;
        rows.AddRange(page);
        next = page.Count == PageSize ? "more" : null;
    }

    private async Task<IReadOnlyList<SessionView>?> PageAsync(DateTimeOffset? before, int limit)
    {
        var page = await sessions.ListAsync(await current.GetAsync(), DeviceId, FailedOnly, before, limit, CancellationToken.None);
        problem = page.Problem;
        return page.IsSuccess ? page.Value : null;
    }
}
