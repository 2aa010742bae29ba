using DeviceConsole.Core;
using DeviceConsole.Core.Alarms;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Events;

/// <summary>Alarms of all devices or of one, live; filters stand in the address.</summary>
public sealed partial class AlarmTable
{
    private const int PageSize = 100;
    private readonly HashSet<Guid> chosen = [];
    private AlarmFilter filter = new() { Suppressed = false };
    private (string?, string?, string?)? shown;
    private List<AlarmView>? rows;
    private AlarmCounts? counts;
    private IReadOnlyList<AlarmChange> history = [];
    private Guid? opened;
    private string? next;
    private string? note;
    private Problem? problem;

    /// <summary>Only this device's; null for all.</summary>
    [Parameter] public Guid? DeviceId { get; set; }

    /// <summary>What is searched for.</summary>
    [SupplyParameterFromQuery(Name = "q")] public string? Search { get; set; }

    /// <summary>raised (the default), open, suppressed, cleared or all.</summary>
    [SupplyParameterFromQuery(Name = "state")] public string? State { get; set; }

    /// <summary>Severities, parted by commas.</summary>
    [SupplyParameterFromQuery(Name = "severity")] public string? Severity { get; set; }

    [Inject] private AlarmService Alarms { get; set; } = default!;
    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;
    [Inject] private Toasts Toasts { get; set; } = default!;

    private bool IsFiltered => filter.Search.Length > 0 || filter.Severities.Count > 0 || State is not (null or "raised");

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (shown == (Search, State, Severity)) return;
        shown = (Search, State, Severity);
        filter = new AlarmFilter
        {
            DeviceId = DeviceId,
            Raised = State switch { "cleared" => false, "all" => null, _ => true },
            Acknowledged = State == "open" ? false : null,
            Suppressed = State switch { "suppressed" => true, "all" or "cleared" => null, _ => false },
            Severities = [.. (Severity ?? "").Split(',').Select(AlarmSeverities.Parse).OfType<AlarmSeverity>()],
            Search = Search is { Length: > 100 } ? Search[..100] : Search ?? "",
            ByTime = State is "cleared" or "all",
        };
        chosen.Clear();
        await ReadAsync();
    }

    private static string AcknowledgedWords(int n) => n == 1 ? "1 alarm is acknowledged." : $"{n} alarms are acknowledged.";

    private static string OpenWords(int n) => n == 1 ? "1 alarm is open again." : $"{n} alarms are open again.";

    private static string ClearedWords(int n) => n == 1 ? "1 alarm is cleared." : $"{n} alarms are cleared.";

    private static string ResumedWords(int n) => n == 1 ? "1 alarm is no longer suppressed." : $"{n} alarms are no longer suppressed.";

    private static string SuppressedWords(int n) => n == 1 ? "1 alarm is suppressed." : $"{n} alarms are suppressed.";

    private void Go(string name, string? value) => Navigation.NavigateTo(Navigation.With((name, value)), replace: true);

    private void ToggleSeverity(AlarmSeverity severity) =>
        Go("severity", string.Join(',', AlarmSeverities.All.Where(s => filter.Severities.Contains(s) != (s == severity)).Select(s => s.Text())));

    private void Choose(Guid id)
    {
        if (!chosen.Remove(id)) chosen.Add(id);
    }

    private void ChooseAll()
    {
        if (rows is null) return;
        var all = chosen.Count == rows.Count;
        chosen.Clear();
        if (!all) chosen.UnionWith(rows.Take(AlarmService.MaximumPage).Select(r => r.Id));
    }

    private async Task OpenAsync(AlarmView row)
    {
        opened = opened == row.Id ? null : row.Id;
        await ReadHistoryAsync();
    }

    private async Task ReadHistoryAsync()
    {
        if (opened is not { } id) return;
        var found = await Alarms.HistoryAsync(await Caller.GetAsync(), id, CancellationToken.None);
        history = found.IsSuccess ? found.Value : [];
    }

    private async Task ReloadAsync()
    {
        await ReadAsync();
        await ReadHistoryAsync();
        StateHasChanged();
    }

    private async Task ReadAsync()
    {
        var caller = await Caller.GetAsync();
        var counted = await Alarms.CountAsync(caller, DeviceId, CancellationToken.None);
        if (counted.IsSuccess) counts = counted.Value;
        // As many as are shown, so that nothing jumps away under the reader.
        var page = await Alarms.ListAsync(caller, filter, null, Math.Max(PageSize, rows?.Count ?? 0), CancellationToken.None);
        problem = page.Problem;
        if (!page.IsSuccess) return;
        (rows, next) = ([.. page.Value.Items], page.Value.Next);
        chosen.IntersectWith(rows.Select(r => r.Id));
    }

    private async Task LoadMoreAsync()
    {
        var page = await Alarms.ListAsync(await Caller.GetAsync(), filter, next, PageSize, CancellationToken.None);
        problem = page.Problem;
        if (!page.IsSuccess) return;
        rows?.AddRange(page.Value.Items);
        next = page.Value.Next;
    }

    private Task SuppressAsync(string? hours)
    {
        if (!int.TryParse(hours, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var h)) return Task.CompletedTask;
        return ChangeAsync((caller, ids, words, stop) => Alarms.SuppressAsync(caller, ids, Time.GetUtcNow() + TimeSpan.FromHours(h), words, stop), SuppressedWords);
    }

    private async Task ChangeAsync(Func<Caller, IReadOnlyList<Guid>, string?, CancellationToken, Task<Result<int>>> change, Func<int, string> words)
    {
        var result = await change(await Caller.GetAsync(), [.. chosen], note, CancellationToken.None);
        problem = result.Problem;
        if (!result.IsSuccess) return;
        Toasts.Success(words(result.Value));
        note = null;
        chosen.Clear();
        await ReadAsync();
    }
}
