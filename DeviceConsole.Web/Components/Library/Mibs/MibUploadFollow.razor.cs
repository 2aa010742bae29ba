using DeviceConsole.Core;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using DeviceConsole.Web.Components.Shared.Live;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Library.Mibs;

/// <summary>One upload while a worker compiles it, and what came of it.</summary>
public sealed partial class MibUploadFollow : IDisposable
{
    private const int MostShown = 12;

    private MibUploadRow? upload;
    private IReadOnlyList<MibUploadFile> files = [];
    private IReadOnlyList<string> missing = [];
    private Problem? problem;
    private ChangeView? changes;
    private bool mayStop, stopping, more;

    /// <summary>The upload.</summary>
    [Parameter, EditorRequired] public Guid Id { get; set; }

    /// <summary>False where its files are listed elsewhere on the page.</summary>
    [Parameter] public bool Listed { get; set; } = true;

    /// <summary>Raised when it has ended.</summary>
    [Parameter] public EventCallback OnEnded { get; set; }

    /// <summary>Raised with each step.</summary>
    [Parameter] public EventCallback<MibUploadRow> OnStep { get; set; }

    /// <summary>Takes it away; without it there is no such button.</summary>
    [Parameter] public EventCallback OnClose { get; set; }

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private ChangeFeed Changes { get; set; } = default!;
    [Inject] private MibUploadDesk Desk { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;
    [Inject] private MibUploads Uploads { get; set; } = default!;

    private int Total => upload is { } u ? u.Files + u.Recompiled : 0;

    /// <inheritdoc />
    public void Dispose() => changes?.Dispose();

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        mayStop = (await Caller.GetAsync()).May(Rights.ManageDevices);
        await ReadAsync();
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        var key = Id.ToString();
        changes = ChangeView.Follow(Changes, (await Caller.GetAsync()).Tenant, MibUploadDesk.Topic, keys => keys.Contains(key), ReadAsync, InvokeAsync, DispatchExceptionAsync, Time);
        // What came between the first reading and now.
        await ReadAsync();
    }

    private static string Title(MibUploadRow now) => now.State switch
    {
        MibUploadState.Queued or MibUploadState.Receiving => $"{MibWords.Sent(now)} waits",
        MibUploadState.Running => $"Compiling {MibWords.Sent(now)}",
        MibUploadState.Done => $"{MibWords.Many(now.Modules, "module")} from {MibWords.Many(now.Files, "file")}",
        MibUploadState.Cancelled => $"{MibWords.Sent(now)} was stopped",
        MibUploadState.Refused => $"{MibWords.Sent(now)} was refused",
        _ => $"{MibWords.Sent(now)} ended early",
    };

    private string Words(MibUploadRow now) => now switch
    {
        { State: MibUploadState.Queued or MibUploadState.Receiving } => "It waits for its turn: uploads are compiled one after the other.",
        { State: MibUploadState.Running, Step: MibUploadStep.Unpacking } => $"Unpacking: {MibWords.Many(now.Files, "file")} so far …",
        { State: MibUploadState.Running, Step: MibUploadStep.Planning } => $"Finding out who imports whom in {MibWords.Many(now.Files, "file")} …",
        { State: MibUploadState.Running } => $"{MibWords.Count(now.Done)} of {MibWords.Many(Total, "file")} compiled, those that others import first. {Counts(now)} You may leave this page.",
        _ => Counts(now),
    };

    private static string Counts(MibUploadRow now) => string.Join(" · ", new[]
    {
        MibWords.Many(now.Modules, "module"),
        now.Errors > 0 ? MibWords.Many(now.Errors, "error") : null,
        now.Warnings > 0 ? MibWords.Many(now.Warnings, "warning") : null,
        now.WithoutModule > 0 ? $"{MibWords.Many(now.WithoutModule, "file")} without a module" : null,
        now.Recompiled > 0 ? $"{MibWords.Many(now.Recompiled, "file")} of the library compiled again" : null,
    }.OfType<string>()) + ".";

    private async Task ReadAsync()
    {
        var caller = await Caller.GetAsync();
        var wasOpen = upload is null or { IsOpen: true };
        if (upload is { IsOpen: false } || await Uploads.GetAsync(caller, Id, CancellationToken.None) is not { IsSuccess: true } found) return;
        upload = found.Value.Upload;
        if (!upload.IsOpen)
        {
            if (Listed) await ListAsync(caller);
            if (await Uploads.MissingAsync(caller, Id, CancellationToken.None) is { IsSuccess: true } wanted) missing = wanted.Value;
            if (wasOpen) await OnEnded.InvokeAsync();
        }
        await OnStep.InvokeAsync(upload);
        StateHasChanged();
    }

    // Few files are shown as they are; of many, those that lost something.
    private async Task ListAsync(Caller caller)
    {
        var only = upload!.Files > MostShown && upload.Errors > 0 ? MibUploadOnly.Errors : MibUploadOnly.All;
        if (await Uploads.FilesAsync(caller, Id, only, null, MostShown, CancellationToken.None) is not { IsSuccess: true } page) return;
        (files, more) = (page.Value.Items, page.Value.Next is not null);
        if (upload.Recompiled > 0 && await Uploads.FilesAsync(caller, Id, MibUploadOnly.Again, null, MostShown, CancellationToken.None) is { IsSuccess: true } again) files = [.. files, .. again.Value.Items];
    }

    private async Task StopAsync()
    {
        stopping = true;
        problem = (await Desk.CancelAsync(await Caller.GetAsync(), Id, CancellationToken.None)).Problem;
        if (problem is not null) stopping = false;
        await ReadAsync();
    }
}
