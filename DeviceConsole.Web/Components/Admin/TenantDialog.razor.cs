using DeviceConsole.Core;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Admin;

/// <summary>Makes a tenant with its first administrator, or changes one.</summary>
public sealed partial class TenantDialog(TenantDirectory directory, TenantSetup setup, CurrentCaller current)
{
    private string name = "", slug = "", networks = "", userName = "admin", password = "";
    private bool suspended, working;
    private Problem? problem;

    /// <summary>The one to change; null makes a new one.</summary>
    [Parameter] public Tenant? Tenant { get; set; }

    /// <summary>Leaves everything as it is.</summary>
    [Parameter] public EventCallback OnClose { get; set; }

    /// <summary>Done; with a sentence about it.</summary>
    [Parameter] public EventCallback<string> OnSaved { get; set; }

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        if (Tenant is null) return;
        (name, networks, suspended) = (Tenant.Name, string.Join('\n', Tenant.AllowedNetworks), !Tenant.IsActive);
    }

    private async Task SaveAsync()
    {
        if (working) return;
        working = true;
        try
        {
            var caller = await current.GetAsync();
            string[] lines = networks.Split(['\n', ',', ' '], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            problem = Tenant is null
                ? (await setup.CreateAsync(caller, new TenantInput(slug.Trim(), name, lines), new UserInput(userName, "", Roles.TenantAdmin, password), CancellationToken.None)).Problem
                : (await directory.UpdateAsync(caller, Tenant.Id, new TenantUpdate(name, !suspended, lines), CancellationToken.None)).Problem;
            if (problem is null) await OnSaved.InvokeAsync(Tenant is null ? $"{name.Trim()} is there. Its people log in at /t/{slug.Trim()}/login." : $"{name.Trim()} is saved.");
        }
        finally
        {
            working = false;
        }
    }
}
