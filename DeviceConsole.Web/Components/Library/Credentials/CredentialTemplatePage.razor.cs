using System.Globalization;
using DeviceConsole.Core;
using DeviceConsole.Core.Credentials;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using DeviceConsole.Web.Components.Shared.Forms;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace DeviceConsole.Web.Components.Library.Credentials;

/// <summary>One credential template as a form.</summary>
public sealed partial class CredentialTemplatePage
{
    private IReadOnlyList<ProtocolDescriptor> protocols = [];
    private ProtocolDescriptor? descriptor;
    private CredentialTemplate? stored;
    private FieldValues? settings;
    private SecretValues? secrets;
    private Problem? problem;
    private string name = "";
    private bool mayManage;
    private bool isMissing;
    private bool saving;
    private bool deleting;

    /// <summary>The template; null for a new one.</summary>
    [Parameter] public Guid? Id { get; set; }

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private ProtocolCatalog Catalog { get; set; } = default!;
    [Inject] private CredentialTemplateService Templates { get; set; } = default!;
    [Inject] private IJSRuntime Js { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private Toasts Toasts { get; set; } = default!;

    private string? InUse => stored is null ? "Used by devices and network scans in place of credentials of their own."
        : stored.Devices == 0 ? "No device uses it yet: choose it in a device's form."
        : string.Create(CultureInfo.InvariantCulture, $"{stored.Devices:N0} {(stored.Devices == 1 ? "device uses" : "devices use")} it. What you change counts from their next job on.");

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        var caller = await Caller.GetAsync();
        mayManage = caller.May(Rights.ManageDevices) && caller.Scope.IsAll;
        protocols = [.. Catalog.All.Select(m => m.Descriptor).Where(d => d.HasTemplates)];
        if (Id is not { } id)
        {
            if (protocols.Count > 0) Choose(protocols[0].Id);
            isMissing = protocols.Count == 0;
            return;
        }
        var found = await Templates.GetAsync(caller, id, CancellationToken.None);
        isMissing = !found.IsSuccess || Catalog.Find(found.Value.Protocol) is null;
        if (isMissing) return;
        (stored, name, descriptor) = (found.Value, found.Value.Name, Catalog.Find(found.Value.Protocol)!.Descriptor);
        settings = FieldValues.From(descriptor.TemplateSettings, stored.Settings);
        secrets = new SecretValues(descriptor.Credentials, stored.SecretsSet);
    }

    private void Choose(string? protocol)
    {
        descriptor = protocols.First(p => p.Id == protocol);
        settings = FieldValues.Empty(descriptor.TemplateSettings);
        secrets = new SecretValues(descriptor.Credentials, []);
    }

    private async Task SaveAsync()
    {
        if (saving || settings is null || secrets is null || descriptor is null) return;
        saving = true;
        try
        {
            var caller = await Caller.GetAsync();
            var input = new CredentialTemplateInput(name, descriptor.Id, settings.ToJson(), secrets.ToInput());
            var saved = Id is { } id ? await Templates.UpdateAsync(caller, id, input, CancellationToken.None) : await Templates.CreateAsync(caller, input, CancellationToken.None);
            problem = saved.Problem;
            if (!saved.IsSuccess) return;
            await Js.InvokeVoidAsync("deviceConsole.dropDraft", "credential-template");
            Toasts.Success(Id is null ? $"{saved.Value.Name} was added." : "The changes are saved.");
            Navigation.NavigateTo("/library/credentials");
        }
        finally
        {
            saving = false;
        }
    }

    private async Task DeleteAsync()
    {
        problem = (await Templates.DeleteAsync(await Caller.GetAsync(), Id!.Value, CancellationToken.None)).Problem;
        if (problem is not null) return;
        Toasts.Success($"{stored!.Name} was deleted.");
        Navigation.NavigateTo("/library/credentials");
    }

    private void CloseDialog() => (deleting, problem) = (false, null);
}
