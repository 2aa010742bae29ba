using System.Net;
using DeviceConsole.Core;
using DeviceConsole.Core.Credentials;
using DeviceConsole.Core.Discovery;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using DeviceConsole.Web.Components.Shared.Forms;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace DeviceConsole.Web.Components.Discovery;

/// <summary>A new scan as a form.</summary>
public sealed partial class NewScanPage
{
    private sealed class Choice(CredentialTemplate template)
    {
        public CredentialTemplate Template { get; } = template;

        public bool IsChosen { get; set; }
    }

    private List<Choice>? templates;
    private IReadOnlyList<IPNetwork> networks = [];
    private Problem? problem;
    private string protocol = "";
    private string name = "";
    private string ranges = "";
    private int rate = 50;
    private int port;
    private int timeout = 1_000;
    private int retries = 1;
    private int repeat;
    private bool mayManage = true;
    private bool saving;

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private CredentialTemplateService Templates { get; set; } = default!;
    [Inject] private DiscoveryService Discovery { get; set; } = default!;
    [Inject] private IJSRuntime Js { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;

    private string Networks => networks.Count == 0
        ? "This tenant may scan no network yet: ask a platform administrator to add one to its allowed networks."
        : $"One a line: 10.1.0.7, 10.1.0.0/24 or 10.1.0.10-40. Within {string.Join(", ", networks.Take(6))}{(networks.Count > 6 ? " …" : "")}.";

    private string? RangeProblem => problem?.Errors.FirstOrDefault(e => e.Field.StartsWith("ranges", StringComparison.Ordinal))?.Message;

    // What stands at a field is not said again below the form.
    private Problem? Elsewhere => problem is { Errors.Count: > 0 } && problem.Errors.All(e => HasPlace(e.Field)) ? null : problem;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        var caller = await Caller.GetAsync();
        mayManage = caller.May(Rights.ManageDevices) && caller.Scope.IsAll && Discovery.Protocols.Count > 0;
        if (!mayManage) return;
        // One protocol looks for devices; a second one would bring a choice here.
        var by = Discovery.Protocols[0];
        (protocol, port) = (by.Descriptor.Id, by.DefaultPort);
        networks = await Discovery.NetworksAsync(caller, CancellationToken.None);
        var found = await Templates.ListAsync(caller, CancellationToken.None);
        templates = found.IsSuccess ? [.. found.Value.Where(t => t.Protocol == protocol).Select(t => new Choice(t))] : [];
        if (templates is [var only]) only.IsChosen = true;
    }

    private string? Wrong(string field) => problem.For(field) is null ? null : "true";

    private static bool HasPlace(string field) =>
        field is "name" or "rate" or "port" or "timeoutMs" or "retries" or "repeatHours" or "templateIds" || field.StartsWith("ranges", StringComparison.Ordinal);

    private void Move(int index, int by) => (templates![index], templates[index + by]) = (templates[index + by], templates[index]);

    private async Task SaveAsync()
    {
        if (saving || templates is null) return;
        saving = true;
        try
        {
            var made = await Discovery.CreateAsync(await Caller.GetAsync(), new DiscoveryScanInput
            {
                Name = name, Protocol = protocol, Ranges = ranges.Split(['\n', ',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                TemplateIds = [.. templates.Where(t => t.IsChosen).Select(t => t.Template.Id)], Port = port, Rate = rate, TimeoutMs = timeout, Retries = retries, RepeatHours = repeat == 0 ? null : repeat,
            }, CancellationToken.None);
            problem = made.Problem;
            if (!made.IsSuccess) return;
            await Js.InvokeVoidAsync("deviceConsole.dropDraft", "discovery-scan");
            Navigation.NavigateTo($"/discovery/{made.Value.Id}");
        }
        finally
        {
            saving = false;
        }
    }
}
