using DeviceConsole.Core;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Polling;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Schedules;
using DeviceConsole.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Polling;

/// <summary>One polling profile as a form.</summary>
public sealed partial class PollProfilePage
{
    private PollForm? form;
    private Problem? problem;
    private bool mayManage;
    private bool isMissing;
    private bool deleting;

    /// <summary>The profile; null for a new one.</summary>
    [Parameter] public Guid? Id { get; set; }

    /// <summary>The template to begin with.</summary>
    [SupplyParameterFromQuery(Name = "from")] public string? From { get; set; }

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private DeviceService Devices { get; set; } = default!;
    [Inject] private MibBrowser Mibs { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private PollService Polls { get; set; } = default!;
    [Inject] private Toasts Toasts { get; set; } = default!;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        var caller = await Caller.GetAsync();
        mayManage = caller.May(Rights.ManageSchedules);
        var library = await Mibs.TreeAsync(caller, CancellationToken.None);
        var names = library.IsSuccess ? library.Value : null;
        if (Id is not { } id)
        {
            form = PollForm.Of(PollTemplates.All.GetValueOrDefault(From ?? "") ?? new PollProfileInput { Objects = [new PollObject("", "", false)] }, [], names);
            return;
        }
        var found = await Polls.GetAsync(caller, id, CancellationToken.None);
        isMissing = !found.IsSuccess;
        if (!found.IsSuccess) return;
        var chosen = new List<ChosenDevice>();
        // Names of the first hundred; the others go by their ids, the picker shows no more.
        foreach (var device in found.Value.Profile.DeviceIds)
        {
            var named = chosen.Count < 100 ? await Devices.GetAsync(caller, device, CancellationToken.None) : default;
            chosen.Add(new ChosenDevice(device, chosen.Count < 100 && named.IsSuccess ? named.Value.Device.Name : device.ToString()));
        }
        form = PollForm.Of(found.Value.Profile, chosen, names);
    }

    private string? Error(string field) => problem?.Errors.FirstOrDefault(e => e.Field == field)?.Message;

    private async Task SaveAsync()
    {
        if (form is null) return;
        var input = form.Read(out var wrong);
        if (wrong is not null)
        {
            problem = wrong;
            return;
        }
        var caller = await Caller.GetAsync();
        var saved = Id is { } id ? await Polls.UpdateAsync(caller, id, input, CancellationToken.None) : await Polls.CreateAsync(caller, input, CancellationToken.None);
        problem = saved.Problem;
        if (!saved.IsSuccess) return;
        Toasts.Success($"{input.Name} reads {saved.Value.Devices} {(saved.Value.Devices == 1 ? "device" : "devices")}.");
        Navigation.NavigateTo("/library/polling");
    }

    private async Task DeleteAsync()
    {
        problem = (await Polls.DeleteAsync(await Caller.GetAsync(), Id!.Value, CancellationToken.None)).Problem;
        if (problem is null) Navigation.NavigateTo("/library/polling");
    }
}
