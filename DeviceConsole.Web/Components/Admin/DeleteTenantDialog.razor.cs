using DeviceConsole.Core;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Admin;

/// <summary>Says what a tenant has, offers its export, and deletes it when its short name was typed.</summary>
public sealed partial class DeleteTenantDialog(TenantDeletion deletion, CurrentCaller current)
{
    private TenantContents? contents;
    private Problem? problem;

    /// <summary>The one to delete.</summary>
    [Parameter, EditorRequired] public Tenant Tenant { get; set; } = null!;

    /// <summary>Leaves everything as it is.</summary>
    [Parameter] public EventCallback OnClose { get; set; }

    /// <summary>Done, or begun; with a sentence about it.</summary>
    [Parameter] public EventCallback<string> OnDeleted { get; set; }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        var counted = await deletion.CountAsync(await current.GetAsync(), Tenant.Id, CancellationToken.None);
        (problem, contents) = (counted.Problem, counted.IsSuccess ? counted.Value : null);
    }

    // The dialog lets it through only when the short name was typed.
    private async Task DeleteAsync()
    {
        var deleted = await deletion.DeleteAsync(await current.GetAsync(), Tenant.Id, Tenant.Slug, suspend: Tenant.IsActive, CancellationToken.None);
        problem = deleted.Problem;
        if (problem is null) await OnDeleted.InvokeAsync(deleted.Value ? $"{Tenant.Name} is deleted." : $"{Tenant.Name} is closed; what it has is deleted in the background.");
    }
}
