using DeviceConsole.Core.Scheduling;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Schedules;

/// <summary>The tenant's schedules.</summary>
public sealed partial class SchedulesPage
{
    private IReadOnlyList<ScheduleView>? schedules;
    private bool mayManage;

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private Handover Handover { get; set; } = default!;
    [Inject] private ScheduleService Schedules { get; set; } = default!;
    [Inject] private Toasts Toasts { get; set; } = default!;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        var caller = await Caller.GetAsync();
        mayManage = caller.May(Rights.ManageSchedules);
        schedules = await Handover.TakeOrLoadAsync("schedules", RendererInfo.IsInteractive, () => Schedules.ListAsync(caller, CancellationToken.None));
    }

    private async Task ToggleAsync(ScheduleView view)
    {
        var caller = await Caller.GetAsync();
        var result = await Schedules.UpdateAsync(caller, view.Id, view.Schedule with { Enabled = !view.Schedule.Enabled }, CancellationToken.None);
        if (result.Problem is { } problem) Toasts.Problem(problem);
        else Toasts.Success(result.Value.Schedule.Enabled ? $"{view.Schedule.Name} runs again." : $"{view.Schedule.Name} is switched off.");
        schedules = await Schedules.ListAsync(caller, CancellationToken.None);
    }
}
