using DeviceConsole.Core;
using DeviceConsole.Core.Traps;
using DeviceConsole.Web.Auth;

namespace DeviceConsole.Web.Components.Events;

/// <summary>Notifications of all devices, newest first, live.</summary>
public sealed partial class TrapsPage(TrapService traps, CurrentCaller current)
{
    private const int PageSize = 50;
    private List<TrapRow>? rows;
    private string search = "";
    private string? next;
    private Problem? problem;

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => ReadAsync();

    private async Task SearchAsync(string text)
    {
        search = text;
        rows = null;
        await ReadAsync();
    }

    private async Task ReadAsync()
    {
        // As many as are shown, so that nothing jumps away under the reader.
        var page = await PageAsync(null, Math.Clamp(rows?.Count ?? 0, PageSize, 200));
        if (page is null) return;
        rows = page;
        next = page.Count >= PageSize ? "more" : null;
    }

    private async Task LoadMoreAsync()
    {
        if (rows is not { Count: > 0 } || await PageAsync(rows[^1].View.At, PageSize) is not { } page) return;
        rows.AddRange(page);
        next = page.Count == PageSize ? "more" : null;
    }

    private async Task<List<TrapRow>?> PageAsync(DateTimeOffset? before, int limit)
    {
        var page = await traps.ListAsync(await current.GetAsync(), search, before, limit, CancellationToken.None);
        problem = page.Problem;
        return page.IsSuccess ? [.. page.Value.Select(TrapRow.Of)] : null;
    }
}
