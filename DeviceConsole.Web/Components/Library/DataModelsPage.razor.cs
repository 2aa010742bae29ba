using System.Globalization;
using DeviceConsole.Core;
using DeviceConsole.Core.DataModels;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace DeviceConsole.Web.Components.Library;

/// <summary>The tenant's data models: import, look, delete.</summary>
public sealed partial class DataModelsPage
{
    private IReadOnlyList<DataModelView>? models;
    private DataModelView? deleting;
    private Problem? problem;
    private Problem? deleteProblem;
    private bool mayImport;
    private bool working;

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private DataModelService Models { get; set; } = default!;
    [Inject] private Handover Handover { get; set; } = default!;
    [Inject] private Toasts Toasts { get; set; } = default!;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        mayImport = (await Caller.GetAsync()).May(Rights.ManageDevices);
        models = await Handover.TakeOrLoadAsync("data models", RendererInfo.IsInteractive, LoadAsync);
    }

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private async Task<List<DataModelView>?> LoadAsync()
    {
        var list = await Models.ListAsync(await Caller.GetAsync(), CancellationToken.None);
        problem = list.Problem;
        return list.IsSuccess ? [.. list.Value] : null;
    }

    private async Task ImportAsync(InputFileChangeEventArgs chosen)
    {
        if (working) return;
        (working, problem) = (true, null);
        StateHasChanged();
        try
        {
            if (await ReadAsync(chosen) is not { } files) return;
            var imported = await Models.ImportAsync(await Caller.GetAsync(), files, CancellationToken.None);
            problem = imported.Problem;
            if (!imported.IsSuccess) return;
            Toasts.Success(imported.Value.Models is [var only] ? $"{only.Name} was imported." : $"{imported.Value.Models.Count} data models were imported.");
            models = await LoadAsync();
        }
        catch (IOException)
        {
            problem = Problem.Invalid("file", "The upload broke off. Check the connection and choose the file again.");
        }
        finally
        {
            working = false;
        }
    }

    private async Task<List<DataModelFile>?> ReadAsync(InputFileChangeEventArgs chosen)
    {
        if (chosen.FileCount > DataModelLimits.Files)
        {
            problem = Problem.Invalid("file", $"At most {DataModelLimits.Files} files are taken at once; pack them into a zip.");
            return null;
        }

        var files = new List<DataModelFile>();
        var budget = (long)DataModelLimits.Unpacked;
        foreach (var file in chosen.GetMultipleFiles(DataModelLimits.Files))
        {
            if (file.Size > DataModelLimits.Upload || (budget -= file.Size) < 0)
            {
                problem = Problem.Invalid("file", $"{file.Name} is too large: a file has at most {DataModelLimits.Upload / (1024 * 1024)} MiB, all together {DataModelLimits.Unpacked / (1024 * 1024)} MiB.");
                return null;
            }

            using var content = new MemoryStream((int)file.Size);
            await using var stream = file.OpenReadStream(DataModelLimits.Upload);
            await stream.CopyToAsync(content);
            files.Add(new DataModelFile(file.Name, content.ToArray()));
        }

        return files;
    }

    private async Task DeleteAsync()
    {
        var result = await Models.DeleteAsync(await Caller.GetAsync(), deleting!.Id, CancellationToken.None);
        deleteProblem = result.Problem;
        if (!result.IsSuccess) return;
        Toasts.Success($"{deleting.Name} was deleted.");
        deleting = null;
        models = await LoadAsync();
    }
}
