using DeviceConsole.Core;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Library.Files;
using DeviceConsole.Web.Components.Shared.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace DeviceConsole.Web.Components.Library.Mibs;

/// <summary>Takes MIB files by button and by drop; their bytes are stored while the browser sends them. Follows what is compiled, a colleague's uploads too.</summary>
public sealed partial class MibUpload : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly List<Guid> followed = [];
    private readonly HashSet<Guid> known = [];
    private ChangeView? changes;
    private Problem? problem;
    private long sent, size;
    private bool working;

    /// <summary>Raised when an upload has ended.</summary>
    [Parameter] public EventCallback OnUploaded { get; set; }

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private ChangeFeed Changes { get; set; } = default!;
    [Inject] private MibUploadDesk Desk { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;
    [Inject] private MibUploads Uploads { get; set; } = default!;

    /// <inheritdoc />
    public void Dispose()
    {
        changes?.Dispose();
        stop.Cancel();
        stop.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        changes = ChangeView.Follow(Changes, (await Caller.GetAsync()).Tenant, MibUploadDesk.Topic, _ => true, LookAsync, InvokeAsync, DispatchExceptionAsync, Time);
        await LookAsync();
    }

    private async Task LookAsync()
    {
        var open = await Uploads.OpenAsync(await Caller.GetAsync(), CancellationToken.None);
        if (!open.IsSuccess || open.Value.All(u => known.Contains(u.Id))) return;
        foreach (var upload in open.Value) Follow(upload.Id);
        StateHasChanged();
    }

    // The newest first; one that somebody has closed does not come back.
    private void Follow(Guid id)
    {
        if (known.Add(id)) followed.Insert(0, id);
    }

    private async Task UploadAsync(InputFileChangeEventArgs chosen)
    {
        if (working) return;
        if (chosen.FileCount > MibUploadDesk.MaximumParts)
        {
            problem = Problem.Invalid("files", $"At most {MibWords.Count(MibUploadDesk.MaximumParts)} files are taken at once; pack them into a zip archive.");
            return;
        }
        var files = chosen.GetMultipleFiles(MibUploadDesk.MaximumParts);
        (working, problem, sent, size) = (true, null, 0, files.Sum(f => f.Size));
        try
        {
            var stored = await Desk.ReceiveAsync(await Caller.GetAsync(), [.. files.Select(f => new MibUploadPart(f.Name, f.Size, () => new CountedStream(f.OpenReadStream(Desk.MaximumUpload, stop.Token), Count)))], null, stop.Token);
            problem = stored.Problem;
            if (stored.IsSuccess) Follow(stored.Value);
        }
        catch (IOException)
        {
            problem = Problem.Invalid("files", "The upload broke off. Check the connection and choose the files again.");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            working = false;
        }
    }

    // A screen does not need every packet.
    private void Count(long bytes)
    {
        var before = sent;
        sent += bytes;
        if (size > 0 && before * 50 / size != sent * 50 / size) _ = InvokeAsync(StateHasChanged);
    }
}
