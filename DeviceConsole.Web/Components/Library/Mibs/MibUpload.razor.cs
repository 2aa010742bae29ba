using DeviceConsole.Core;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Web.Auth;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace DeviceConsole.Web.Components.Library.Mibs;

/// <summary>Takes MIB files by button and by drop, tells how far it is and what came of them.</summary>
public sealed partial class MibUpload
{
    private const int MostFiles = 2_000;
    private const int MostShown = 20;

    private MibUploadResult? result;
    private Problem? problem;
    private string step = "";
    private double? share;
    private bool working;

    /// <summary>Raised when modules were stored.</summary>
    [Parameter] public EventCallback OnUploaded { get; set; }

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private MibLibrary Library { get; set; } = default!;

    private static string Words(MibUploadResult done) =>
        $"{MibWords.Count(done.Modules.Count)} {(done.Modules.Count == 1 ? "module" : "modules")} from {MibWords.Count(done.Files)} {(done.Files == 1 ? "file" : "files")}";

    private static string Words(MibProgress progress) => progress switch
    {
        { Done: > 0 } => $"{progress.Step} {MibWords.Count(progress.Done)} of {MibWords.Count(progress.Files)} modules …",
        { Files: > 0 } => $"{progress.Step} {MibWords.Count(progress.Files)} {(progress.Files == 1 ? "file" : "files")} …",
        _ => $"{progress.Step} …",
    };

    private async Task UploadAsync(InputFileChangeEventArgs chosen)
    {
        if (working) return;
        (working, problem, result, share) = (true, null, null, null);
        try
        {
            if (await ReceiveAsync(chosen) is not { } files) return;
            var progress = new Progress<MibProgress>(p => _ = InvokeAsync(() =>
            {
                (step, share) = (Words(p), p.Done > 0 ? (double)p.Done / p.Files : null);
                StateHasChanged();
            }));
            var stored = await Library.UploadAsync(await Caller.GetAsync(), files, progress, CancellationToken.None);
            (problem, result) = (stored.Problem, stored.IsSuccess ? stored.Value : null);
            if (stored.IsSuccess) await OnUploaded.InvokeAsync();
        }
        catch (IOException)
        {
            problem = Problem.Invalid("files", "The upload broke off. Check the connection and choose the files again.");
        }
        finally
        {
            working = false;
        }
    }

    private async Task<List<MibSource>?> ReceiveAsync(InputFileChangeEventArgs chosen)
    {
        if (chosen.FileCount > MostFiles) return Refuse($"At most {MibWords.Count(MostFiles)} files are taken at once; pack them into a zip archive.");
        var files = new List<MibSource>();
        long total = 0;
        foreach (var file in chosen.GetMultipleFiles(MostFiles))
        {
            if ((total += file.Size) > MibArchive.MaximumUpload) return Refuse($"The upload has more than {MibArchive.MaximumUpload / 1024 / 1024} MB. Choose fewer files, or pack them into a zip archive.");
            (step, share) = ($"Receiving {files.Count + 1} of {chosen.FileCount}: {file.Name}", chosen.FileCount > 1 ? (double)files.Count / chosen.FileCount : null);
            StateHasChanged();
            using var bytes = new MemoryStream((int)file.Size);
            await using var stream = file.OpenReadStream(MibArchive.MaximumUpload);
            await stream.CopyToAsync(bytes);
            files.Add(new MibSource(file.Name, bytes.ToArray()));
        }
        return files;
    }

    private List<MibSource>? Refuse(string sentence)
    {
        problem = Problem.Invalid("files", sentence);
        return null;
    }
}
