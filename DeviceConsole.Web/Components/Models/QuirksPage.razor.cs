using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;

namespace DeviceConsole.Web.Components.Models;

/// <summary>Quirks of models: learnt, and edited.</summary>
public sealed partial class QuirksPage(QuirkService service, CurrentCaller current, Toasts toasts)
{
    private IReadOnlyList<ModelQuirks>? models;
    private ProtocolDescriptor? editing;
    private ModelQuirks? stored, deleting;
    private Problem? problem, deleteProblem;
    private bool mayChange;

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        var caller = await current.GetAsync();
        var found = await service.ListAsync(caller, CancellationToken.None);
        (problem, models) = (found.Problem, found.IsSuccess ? found.Value : null);
        mayChange = caller.May(Rights.ManageDevices) && caller.Scope.IsAll;
    }

    private void Edit(ProtocolDescriptor protocol, ModelQuirks? model) => (editing, stored) = (protocol, model);

    private async Task SavedAsync()
    {
        editing = null;
        toasts.Success("The quirks are saved. They hold from the devices' next sessions on.");
        await LoadAsync();
    }

    private async Task DeleteAsync()
    {
        if (deleting is null) return;
        deleteProblem = (await service.DeleteAsync(await current.GetAsync(), deleting.Protocol, deleting.Model, CancellationToken.None)).Problem;
        if (deleteProblem is not null) return;
        deleting = null;
        await LoadAsync();
    }

    private string Words(ModelQuirks model)
    {
        var fields = service.Protocols.FirstOrDefault(p => p.Id == model.Protocol)?.Quirks ?? [];
        var words = fields.Select(f => (Field: f, Value: model.Entered[f.Id] ?? model.Learnt[f.Id], IsLearnt: model.Entered[f.Id] is null)).Where(f => f.Value is not null)
            .Select(f => $"{f.Field.Label}: {Word(f.Field, f.Value!)}{(f.IsLearnt ? " (learnt)" : "")}");
        return string.Join("; ", words);
    }

    private static string Word(FieldDescriptor field, JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.String => field.Choices.FirstOrDefault(c => c.Value == value.GetValue<string>())?.Label ?? value.GetValue<string>(),
        _ => value.ToJsonString(),
    };
}
