using DeviceConsole.Core;
using DeviceConsole.Core.Credentials;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using DeviceConsole.Web.Components.Shared.Forms;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace DeviceConsole.Web.Components.Devices;

/// <summary>Add or edit a device.</summary>
public sealed partial class DeviceFormPage
{
    private DeviceFormModel? form;
    private Problem? problem;
    private string title = "device";
    private int? version;
    private IReadOnlyList<CredentialTemplate> templates = [];
    private bool isMissing;
    private bool mayManage = true;
    private bool saving;
    private bool showProblem;

    /// <summary>The device; null for a new one.</summary>
    [Parameter] public Guid? Id { get; set; }

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private ProtocolCatalog Catalog { get; set; } = default!;
    [Inject] private CredentialTemplateService Templates { get; set; } = default!;
    [Inject] private DeviceService Devices { get; set; } = default!;
    [Inject] private Handover Handover { get; set; } = default!;
    [Inject] private IJSRuntime Js { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private Toasts Toasts { get; set; } = default!;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        var caller = await Caller.GetAsync();
        mayManage = caller.May(Rights.ManageDevices);
        if (await Templates.ListAsync(caller, CancellationToken.None) is { IsSuccess: true } known) templates = known.Value;
        if (Id is not { } id)
        {
            form = DeviceFormModel.New(Catalog);
            return;
        }
        var detail = await Handover.TakeOrLoadAsync($"device {id}", RendererInfo.IsInteractive, async () =>
            await Devices.GetAsync(caller, id, CancellationToken.None) is { IsSuccess: true } found ? found.Value : null);
        if (detail is null)
        {
            isMissing = true;
            return;
        }
        (title, version) = (detail.Device.Name, detail.Device.Version);
        form = DeviceFormModel.From(detail, Catalog);
    }

    private List<CredentialTemplate> Fitting(EndpointForm endpoint) => [.. templates.Where(t => t.Protocol == endpoint.Descriptor.Id)];

    private string? Wrong(string field) => problem.For(field) is null ? null : "true";

    private async Task SaveAsync()
    {
        if (saving || form is null) return;
        saving = true;
        try
        {
            var caller = await Caller.GetAsync();
            var result = Id is { } id
                ? await Devices.UpdateAsync(caller, id, form.ToInput(), version, CancellationToken.None)
                : await Devices.CreateAsync(caller, form.ToInput(), CancellationToken.None);
            problem = result.Problem;
            if (result.IsSuccess) await LeaveAsync(result.Value);
        }
        finally
        {
            saving = false;
        }
        showProblem = problem is not null;
    }

    private async Task LeaveAsync(DeviceDetail saved)
    {
        await Js.InvokeVoidAsync("deviceConsole.dropDraft", "device");
        Toasts.Success(Id is null ? $"{saved.Device.Name} was added." : "The changes are saved.");
        Navigation.NavigateTo($"/devices/{saved.Device.Id}");
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!showProblem) return;
        showProblem = false;
        await Js.InvokeVoidAsync("deviceConsole.focus", "[aria-invalid=true]");
    }
}
