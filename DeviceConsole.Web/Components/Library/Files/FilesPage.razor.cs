using DeviceConsole.Core;
using DeviceConsole.Core.Files;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Library.Files;

/// <summary>The tenant's firmware and other files: upload, look, delete.</summary>
public sealed partial class FilesPage
{
    private IReadOnlyList<LibraryFile>? files;
    private LibraryFile? deleting;
    private Problem? problem;
    private Problem? deleteProblem;
    private bool mayManage;
    private bool adding;

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private FileLibrary Library { get; set; } = default!;
    [Inject] private Handover Handover { get; set; } = default!;
    [Inject] private Toasts Toasts { get; set; } = default!;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        mayManage = (await Caller.GetAsync()).May(Rights.ManageDevices);
        files = await Handover.TakeOrLoadAsync("files", RendererInfo.IsInteractive, LoadAsync);
    }

    private static string For(LibraryFile file) => $"{file.Manufacturer} {file.Model}".Trim();

    private async Task<List<LibraryFile>?> LoadAsync()
    {
        var list = await Library.ListAsync(await Caller.GetAsync(), CancellationToken.None);
        problem = list.Problem;
        return list.IsSuccess ? [.. list.Value] : null;
    }

    private async Task ReloadAsync()
    {
        files = await LoadAsync();
        StateHasChanged();
    }

    private async Task UploadedAsync(LibraryFile file)
    {
        adding = false;
        Toasts.Success($"{file.Name} was uploaded.");
        files = await LoadAsync();
    }

    private async Task DeleteAsync()
    {
        var result = await Library.DeleteAsync(await Caller.GetAsync(), deleting!.Id, CancellationToken.None);
        deleteProblem = result.Problem;
        if (!result.IsSuccess) return;
        Toasts.Success($"{deleting.Name} was deleted.");
        deleting = null;
        files = await LoadAsync();
    }
}
