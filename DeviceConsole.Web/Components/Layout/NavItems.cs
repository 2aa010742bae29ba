using System.Reflection;
using DeviceConsole.Core.Tenancy;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Layout;

/// <summary>One entry of the navigation; <paramref name="Exact"/> where only this very address makes it the current one.</summary>
public sealed record NavItem(string Text, string Href, string Icon, Rights Needs = Rights.View, bool Exact = false);

/// <summary>A heading and its entries.</summary>
public sealed record NavGroup(string? Title, IReadOnlyList<NavItem> Items);

/// <summary>The map of the product: navigation and search palette are made of it.</summary>
public static class NavItems
{
    private static readonly HashSet<string> Pages =
        [.. typeof(NavItems).Assembly.GetTypes().SelectMany(t => t.GetCustomAttributes<RouteAttribute>()).Select(r => r.Template)];

    private static readonly NavGroup[] All =
    [
        new(null,
        [
            new("Overview", "/", "overview"),
            new("Devices", "/devices", "device"),
            new("Connect a device", "/connect", "link"),
            new("Network scans", "/discovery", "search"),
            new("Sessions", "/sessions", "switch"),
            new("Identity collisions", "/collisions", "users"),
        ]),
        new("Jobs",
        [
            new("Queue", "/jobs", "jobs"),
            new("Dead letter", "/dead-letter", "dead"),
            new("Schedules", "/schedules", "schedule"),
            new("Quarantine", "/quarantine", "alert"),
        ]),
        new("Events",
        [
            new("Alarms", "/events/alarms", "bell"),
            new("Traps", "/events/traps", "alert"),
            new("Event log", "/events/log", "audit"),
            new("Alarm rules", "/events/rules", "admin"),
        ]),
        new("Library",
        [
            new("Data models", "/library/data-models", "tree"),
            new("Firmware and files", "/library/files", "file"),
            new("Credentials", "/library/credentials", "key"),
            new("Model quirks", "/library/quirks", "device"),
            new("MIBs", "/library/mibs", "book", Exact: true),
            new("MIB browser", "/library/mibs/browser", "tree"),
            new("Polling profiles", "/library/polling", "chart"),
        ]),
        new("Admin",
        [
            new("Tenants", "/admin/tenants", "tenant", Rights.ManagePlatform),
            new("Listeners", "/admin/listeners", "link", Rights.ManagePlatform),
            new("Users", "/admin/users", "users", Rights.ManageAccounts),
            new("Service accounts", "/admin/service-accounts", "key", Rights.ManageAccounts),
            new("Audit", "/admin/audit", "audit", Rights.ViewAudit),
        ]),
    ];

    /// <summary>True where this installation has a page of that address.</summary>
    public static bool Exists(string href) => Pages.Contains(href);

    /// <summary>What somebody with these rights gets to see; groups without entries are left out.</summary>
    public static IReadOnlyList<NavGroup> For(Rights rights) =>
        [.. All.Select(g => g with { Items = [.. g.Items.Where(i => (rights & i.Needs) == i.Needs && Exists(i.Href))] }).Where(g => g.Items.Count > 0)];
}
