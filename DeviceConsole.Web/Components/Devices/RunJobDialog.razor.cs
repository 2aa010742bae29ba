using DeviceConsole.Core;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared.Forms;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Devices;

/// <summary>Starts a job on a device, then goes to the job's page.</summary>
public sealed partial class RunJobDialog
{
    private RunJobModel? model;
    private Problem? problem;
    private bool working;

    /// <summary>The device.</summary>
    [Parameter, EditorRequired] public DeviceDetail Device { get; set; } = default!;

    /// <summary>Begins with the operation that has the device test its line.</summary>
    [Parameter] public bool Diagnostic { get; set; }

    /// <summary>Lets it be.</summary>
    [Parameter] public EventCallback OnClose { get; set; }

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private ProtocolCatalog Catalog { get; set; } = default!;
    [Inject] private JobService Jobs { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() => model = new RunJobModel(Device, Catalog, (await Caller.GetAsync()).Rights, Diagnostic);

    private void Choose(string operation)
    {
        model?.ChooseOperation(operation);
        problem = null;
    }

    private async Task RunAsync()
    {
        if (working || model is null) return;
        working = true;
        try
        {
            var request = model.ToRequest();
            problem = request.Problem;
            if (!request.IsSuccess) return;
            var result = await Jobs.EnqueueAsync(await Caller.GetAsync(), request.Value, CancellationToken.None);
            problem = result.Problem.Without("arguments.");
            if (result.IsSuccess) Navigation.NavigateTo($"/jobs/{result.Value.Id}");
        }
        finally
        {
            working = false;
        }
    }
}
