using DeviceConsole.Core;
using DeviceConsole.Core.Files;
using DeviceConsole.Web.Auth;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace DeviceConsole.Web.Components.Library.Files;

/// <summary>Puts a file into the library; its bytes are stored while the browser sends them.</summary>
public sealed partial class UploadDialog : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private IBrowserFile? chosen;
    private Problem? problem;
    private string type = FileTypes.Firmware;
    private string vendor = "";
    private string version = "";
    private string manufacturer = "";
    private string model = "";
    private string note = "";
    private long sent;
    private bool working;

    /// <summary>Lets it be; an upload on its way is given up.</summary>
    [Parameter] public EventCallback OnClose { get; set; }

    /// <summary>The file is in the library.</summary>
    [Parameter] public EventCallback<LibraryFile> OnUploaded { get; set; }

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private FileLibrary Library { get; set; } = default!;

    /// <inheritdoc />
    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    private void Choose(InputFileChangeEventArgs args) => (chosen, problem) = (args.File, null);

    private async Task UploadAsync()
    {
        if (working) return;
        if (chosen is null)
        {
            problem = Problem.Invalid("file", "Choose a file.");
            return;
        }
        (working, problem, sent) = (true, null, 0);
        try
        {
            await using var stream = new CountedStream(chosen.OpenReadStream(Library.MaximumFile, stop.Token), Count);
            var input = new FileInput(chosen.Name, type.Length == 0 ? vendor : type) { Version = version, Manufacturer = manufacturer, Model = model, Note = note };
            var stored = await Library.UploadAsync(await Caller.GetAsync(), input, stream, stop.Token);
            problem = stored.Problem;
            if (stored.IsSuccess) await OnUploaded.InvokeAsync(stored.Value);
        }
        catch (IOException)
        {
            problem = Problem.Invalid("file", $"The upload broke off, or the file has more than {Shared.Bytes.Words(Library.MaximumFile)}. Check the connection and choose the file again.");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        working = false;
    }

    // A screen does not need every packet.
    private void Count(long bytes)
    {
        var before = sent;
        sent += bytes;
        if (chosen is not null && before * 50 / chosen.Size != sent * 50 / chosen.Size) _ = InvokeAsync(StateHasChanged);
    }
}
