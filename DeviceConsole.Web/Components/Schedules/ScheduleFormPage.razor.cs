using DeviceConsole.Core;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Scheduling;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using DeviceConsole.Web.Components.Shared.Forms;
using DeviceConsole.Web.Components.Shared.Time;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace DeviceConsole.Web.Components.Schedules;

/// <summary>Make, look at and change a schedule.</summary>
public sealed partial class ScheduleFormPage
{
    private const int MostNames = 100;
    private static readonly string[] Zones = [.. TimeZoneInfo.GetSystemTimeZones().Where(z => z.HasIanaId).Select(z => z.Id).Order(StringComparer.Ordinal)];

    private ScheduleFormModel? form;
    private ScheduleView? view;
    private Result<IReadOnlyList<DateTimeOffset>> preview;
    private Problem? problem;
    private Problem? deleteProblem;
    private string title = "schedule";
    private bool isMissing;
    private bool mayManage;
    private bool saving;
    private bool deleting;

    /// <summary>The schedule; null for a new one.</summary>
    [Parameter] public Guid? Id { get; set; }

    [CascadingParameter] private BrowserTime? Time { get; set; }
    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private ProtocolCatalog Catalog { get; set; } = default!;
    [Inject] private TimeProvider Clock { get; set; } = default!;
    [Inject] private DeviceService Devices { get; set; } = default!;
    [Inject] private Handover Handover { get; set; } = default!;
    [Inject] private IJSRuntime Js { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private ScheduleService Schedules { get; set; } = default!;
    [Inject] private Toasts Toasts { get; set; } = default!;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        var caller = await Caller.GetAsync();
        mayManage = caller.May(Rights.ManageSchedules);
        if (Id is { } id)
        {
            var loaded = await Handover.TakeOrLoadAsync($"schedule {id}", RendererInfo.IsInteractive, () => LoadAsync(caller, id));
            isMissing = loaded is null;
            if (loaded is null) return;
            (view, title) = (loaded.View, loaded.View.Schedule.Name);
            form = ScheduleFormModel.From(loaded.View.Schedule, Catalog, loaded.Names);
        }
        else
        {
            form = ScheduleFormModel.New(Catalog, (Time ?? BrowserTime.Utc).Zone.Id);
        }
        Preview();
    }

    private async Task<Loaded?> LoadAsync(Caller caller, Guid id)
    {
        var found = await Schedules.GetAsync(caller, id, CancellationToken.None);
        if (!found.IsSuccess) return null;
        var names = new Dictionary<Guid, string>();
        foreach (var device in found.Value.Schedule.DeviceIds.Take(MostNames))
            if (await Devices.GetAsync(caller, device, CancellationToken.None) is { IsSuccess: true } known) names[device] = known.Value.Device.Name;
        return new Loaded(found.Value, names);
    }

    private void Choose(string preset)
    {
        form!.Cron = preset;
        Preview();
    }

    private void Preview() => preview = Schedules.Preview(form!.Cron, form.TimeZone);

    private string? Wrong(string field) => (problem.For(field) ?? preview.Problem.For(field)) is null ? null : "true";

    private async Task SaveAsync()
    {
        if (saving || form is null) return;
        saving = true;
        try
        {
            var caller = await Caller.GetAsync();
            var result = Id is { } id
                ? await Schedules.UpdateAsync(caller, id, form.ToInput(), CancellationToken.None)
                : await Schedules.CreateAsync(caller, form.ToInput(), CancellationToken.None);
            problem = result.Problem;
            if (!result.IsSuccess) return;
            await Js.InvokeVoidAsync("deviceConsole.dropDraft", "schedule");
            Toasts.Success(Id is null ? "The schedule is made." : "The changes are saved.");
            Navigation.NavigateTo("/schedules");
        }
        finally
        {
            saving = false;
        }
    }

    private async Task DeleteAsync()
    {
        var result = await Schedules.DeleteAsync(await Caller.GetAsync(), Id!.Value, CancellationToken.None);
        deleteProblem = result.Problem;
        if (!result.IsSuccess) return;
        Toasts.Success($"{title} was deleted.");
        Navigation.NavigateTo("/schedules");
    }

    private sealed record Loaded(ScheduleView View, Dictionary<Guid, string> Names);
}
