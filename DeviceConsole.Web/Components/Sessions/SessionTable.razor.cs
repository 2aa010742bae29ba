using DeviceConsole.Core;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Web.Auth;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Sessions;

/// <summary>Sessions of one device or of all, newest first, live.</summary>
public sealed partial class SessionTable(SessionService sessions, CurrentCaller current)
{
    private const int PageSize = 50;
    private List<SessionView>? rows;
    private string? next;
    private Problem? problem;
    private (Guid?, bool)? shown;

    /// <summary>Only this device's; null for all.</summary>
    [Parameter] public Guid? DeviceId { get; set; }

    /// <summary>Only those that ended otherwise than they should.</summary>
    [Parameter] public bool FailedOnly { get; set; }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (shown == (DeviceId, FailedOnly)) return;
        shown = (DeviceId, FailedOnly);
        await ReadAsync();
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
