using System.Globalization;
using DeviceConsole.Core;
using DeviceConsole.Core.Discovery;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Discovery;

/// <summary>One scan, live: how far it is, and what answered.</summary>
public sealed partial class ScanPage
{
    private const int PageSize = 50;
    private readonly HashSet<string> chosen = [];
    private List<DiscoveryFindingView> findings = [];
    private DiscoveryScanView? scan;
    private DiscoveryAcceptance? result;
    private Problem? problem;
    private string? next;
    private bool mayManage;
    private bool isMissing;
    private bool deleting;
    private bool working;

    /// <summary>The scan.</summary>
    [Parameter] public Guid Id { get; set; }

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private DiscoveryAcceptor Acceptor { get; set; } = default!;
    [Inject] private DiscoveryService Discovery { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;
    [Inject] private Toasts Toasts { get; set; } = default!;

    private string Words => scan!.State switch
    {
        DiscoveryState.Queued => $"Waits for a node to ask {Number(scan.Total)} addresses.",
        DiscoveryState.Running => $"{Number(scan.Done)} of {Number(scan.Total)} addresses asked, {Number(scan.Found)} answered{Remaining}",
        DiscoveryState.Completed => $"All {Number(scan.Total)} addresses asked, {Number(scan.Found)} answered.",
        _ => $"{Number(scan.Done)} of {Number(scan.Total)} addresses asked, {Number(scan.Found)} answered.",
    };

    private string Remaining => scan is { Done: > 20, StartedAt: { } start } && (Time.GetUtcNow() - start) * ((scan.Total - scan.Done) / (double)scan.Done) is var left
        ? left < TimeSpan.FromMinutes(1) ? "; less than a minute to go." : string.Create(CultureInfo.InvariantCulture, $"; about {Math.Ceiling(left.TotalMinutes):0} min to go.") : ".";

    private string ResultWords => $"{Number(result!.Created)} {(result.Created == 1 ? "device was" : "devices were")} added{(result.Known > 0 ? $"; {Number(result.Known)} {(result.Known == 1 ? "is" : "are")} known already, also under another address" : "")}.";

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => ReadAsync();

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private async Task ReadAsync()
    {
        var caller = await Caller.GetAsync();
        mayManage = caller.May(Rights.ManageDevices) && caller.Scope.IsAll;
        var found = await Discovery.GetAsync(caller, Id, CancellationToken.None);
        isMissing = !found.IsSuccess;
        if (!found.IsSuccess) return;
        scan = found.Value;
        // As many as are shown, so that nothing jumps away under the reader.
        var page = await Discovery.FindingsAsync(caller, Id, null, Math.Clamp(findings.Count, PageSize, DiscoveryService.MaximumPage), CancellationToken.None);
        if (!page.IsSuccess) return;
        var shown = page.Value.Items.ToList();
        if (findings.Count > shown.Count) shown.AddRange(findings.Skip(shown.Count));
        else next = page.Value.Next;
        findings = shown;
        chosen.IntersectWith(findings.Where(f => f.IsProposal).Select(f => f.Address));
    }

    private async Task LoadMoreAsync()
    {
        var page = await Discovery.FindingsAsync(await Caller.GetAsync(), Id, findings[^1].Address, PageSize, CancellationToken.None);
        if (!page.IsSuccess) return;
        findings.AddRange(page.Value.Items);
        next = page.Value.Next;
    }

    private void Choose(string address, bool isChosen)
    {
        if (isChosen) chosen.Add(address);
        else chosen.Remove(address);
    }

    private async Task DoAsync(Func<Caller, Guid, CancellationToken, Task<Result<DiscoveryScanView>>> what)
    {
        problem = (await what(await Caller.GetAsync(), Id, CancellationToken.None)).Problem;
        result = null;
        await ReadAsync();
    }

    private async Task AcceptAsync(IReadOnlyList<string>? addresses)
    {
        if (working) return;
        working = true;
        try
        {
            var accepted = await Acceptor.AcceptAsync(await Caller.GetAsync(), Id, addresses, CancellationToken.None);
            problem = accepted.Problem;
            result = accepted.IsSuccess ? accepted.Value : null;
            await ReadAsync();
        }
        finally
        {
            working = false;
        }
    }

    private async Task DeleteAsync()
    {
        problem = (await Discovery.DeleteAsync(await Caller.GetAsync(), Id, CancellationToken.None)).Problem;
        if (problem is not null) return;
        Toasts.Success($"{scan!.Scan.Name} was deleted.");
        Navigation.NavigateTo("/discovery");
    }
}
