using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeviceConsole.Tests.EndToEnd;

/// <summary>The MIB library through the real application and Chromium: uploaded, seen by a colleague, searched, and used on a real snmpd.</summary>
public sealed class MibFlowTests(LiveInstallation installation) : IClassFixture<LiveInstallation>
{
    private const string Module =
        """
        WIDGET-E2E-MIB DEFINITIONS ::= BEGIN
        IMPORTS MODULE-IDENTITY, OBJECT-TYPE, Integer32, enterprises FROM SNMPv2-SMI;
        widgetMib MODULE-IDENTITY
            LAST-UPDATED "202601010000Z" ORGANIZATION "Example" CONTACT-INFO "noc@example.net" DESCRIPTION "Widgets."
            ::= { enterprises 424242 }
        widgetMode OBJECT-TYPE SYNTAX INTEGER { off(0), on(1) } MAX-ACCESS read-only STATUS current
            DESCRIPTION "Whether the widget turns." ::= { widgetMib 1 }
        END
        """;

    [Fact]
    public async Task An_uploaded_module_is_seen_by_a_colleague_searched_by_name_and_unknown_to_another_tenant()
    {
        await using var person = await LogInAsync("north");
        await using var colleague = await LogInAsync("north");
        await using var stranger = await LogInAsync("south");
        await colleague.Page.GotoAsync("/library/mibs");
        await Expect(colleague.Page.GetByText("No modules of your own yet")).ToBeVisibleAsync();

        await person.Page.GotoAsync("/library/mibs");
        var upload = person.Page.GetByLabel("Upload MIB files");
        await Expect(upload).ToBeEnabledAsync();
        await upload.SetInputFilesAsync(new FilePayload { Name = "widget.mib", MimeType = "text/plain", Buffer = Encoding.UTF8.GetBytes(Module) });
        await Expect(person.Page.GetByRole(AriaRole.Link, new() { Name = "WIDGET-E2E-MIB" }).First).ToBeVisibleAsync();
        await Expect(colleague.Page.GetByRole(AriaRole.Link, new() { Name = "WIDGET-E2E-MIB" }).First).ToBeVisibleAsync();

        await SearchAsync(person.Page, "/library/mibs/browser", "widgetMode");
        await Expect(person.Page.GetByText("Whether the widget turns.")).ToBeVisibleAsync();
        await Expect(person.Page.GetByText("1.3.6.1.4.1.424242.1", new() { Exact = true }).First).ToBeVisibleAsync();

        await stranger.Page.GotoAsync("/library/mibs");
        await Expect(stranger.Page.GetByText("No modules of your own yet")).ToBeVisibleAsync();
        person.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_value_is_set_and_read_again_from_its_node_with_nothing_uploaded()
    {
        await using var person = await LogInAsync("south");
        await person.AddDeviceAsync("mib-switch", installation.Agent.Port, "public");
        var device = new Uri(person.Page.Url).AbsolutePath;
        await person.Page.GetByRole(AriaRole.Link, new() { Name = "Edit" }).ClickAsync();
        await Expect(person.Page.Locator("form[data-ready=yes]")).ToBeVisibleAsync();
        await person.Page.GetByLabel("Write community").FillAsync("private");
        await person.Page.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(person.Page).ToHaveURLAsync(new Regex($"{device}$"), new() { Timeout = OperatorPage.Patience });

        await SearchAsync(person.Page, $"{device}/mibs", "sysContact");
        await person.Page.GetByRole(AriaRole.Button, new() { Name = "Set …" }).ClickAsync();
        await person.Page.GetByLabel("New value").FillAsync("noc@example.net");
        await person.Page.GetByRole(AriaRole.Button, new() { Name = "Set on mib-switch" }).ClickAsync();
        await Expect(person.Page.Locator(".set .ran .state.completed")).ToBeVisibleAsync();

        await person.Page.GetByRole(AriaRole.Button, new() { Name = "Walk", Exact = true }).ClickAsync();
        await Expect(person.Page.Locator(".main > .ran").GetByText("Walk")).ToBeVisibleAsync();
        await Expect(person.Page.Locator(".main > .ran .state.completed")).ToBeVisibleAsync();
        await Expect(person.Page.GetByText("sysContact.0").First).ToBeVisibleAsync();
        await Expect(person.Page.GetByText("noc@example.net").First).ToBeVisibleAsync();

        // A table of columns by the MIB, drawn in a graph from one of them, and as a file.
        await SearchAsync(person.Page, $"{device}/mibs", "ifTable");
        await person.Page.GetByRole(AriaRole.Button, new() { Name = "Table", Exact = true }).ClickAsync();
        var rows = person.Page.GetByRole(AriaRole.Region, new() { Name = "Rows of ifTable" });
        await Expect(rows.GetByRole(AriaRole.Button, new() { Name = "ifDescr", Exact = true })).ToBeVisibleAsync();
        await Expect(rows.GetByText("lo", new() { Exact = true }).First).ToBeVisibleAsync();
        await rows.GetByRole(AriaRole.Button, new() { Name = "Graph ifInOctets", Exact = true }).ClickAsync();
        await Expect(person.Page.GetByRole(AriaRole.Img, new() { NameRegex = new Regex("^Live: ifInOctets") })).ToBeVisibleAsync();
        var file = await person.Page.RunAndWaitForDownloadAsync(() => person.Page.GetByRole(AriaRole.Link, new() { Name = "CSV" }).ClickAsync());
        (await File.ReadAllTextAsync(await file.PathAsync())).Should().StartWith("ifIndex,ifDescr,").And.Contain(",lo,");
        person.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_node_is_asked_on_a_chosen_device_and_walks_of_two_moments_and_of_two_devices_are_compared()
    {
        await using var person = await LogInAsync("south");
        var page = person.Page;
        await person.AddDeviceAsync("walk-a", installation.Agent.Port, "private");
        await person.AddDeviceAsync("walk-b", installation.Agent.Port, "private");
        await SearchAsync(page, "/library/mibs/browser", "system");
        await ChooseAsync(page, "walk-a");
        await AskAsync(page, "Get next");
        await AskAsync(page, "Get bulk");
        await AskAsync(page, "Walk");
        await Expect(page.GetByText("sysDescr.0").First).ToBeVisibleAsync();

        // Between two walks something changes, and what would change is shown before.
        await SearchAsync(page, page.Url, "sysLocation");
        await AskAsync(page, "Get");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set …" }).ClickAsync();
        await page.GetByLabel("New value").FillAsync("row 7");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show what would change" }).ClickAsync();
        await Expect(page.Locator(".set .ran .state.completed")).ToBeVisibleAsync();
        await Expect(page.Locator(".set .ran .outcome")).ToContainTextAsync(new Regex("^Nothing was written\\. 1 of 1 would change: .* to OCTET STRING \"row 7\"$"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Set on walk-a" }).ClickAsync();
        await Expect(page.Locator(".set .ran .outcome")).ToHaveTextAsync("1 value set");
        await SearchAsync(page, page.Url, "system");
        await AskAsync(page, "Walk");
        await page.GetByRole(AriaRole.Link, new() { Name = "Compare …" }).ClickAsync();
        await PickAsync(page, "walk-a");
        var differences = page.GetByRole(AriaRole.Region, new() { Name = "Differences" });
        await Expect(differences.GetByText("sysLocation.0")).ToBeVisibleAsync();
        await Expect(differences.GetByText("row 7", new() { Exact = true })).ToBeVisibleAsync();

        await SearchAsync(page, "/library/mibs/browser", "system");
        await ChooseAsync(page, "walk-b");
        await AskAsync(page, "Walk");
        await page.GetByRole(AriaRole.Link, new() { Name = "Compare …" }).ClickAsync();
        await PickAsync(page, "walk-a");
        await Expect(page.GetByText("The two are the same.")).ToBeVisibleAsync();
        person.Errors.Should().BeEmpty();
    }


    private static async Task ChooseAsync(IPage page, string device)
    {
        await page.GetByLabel("Search the device to ask").FillAsync(device);
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex($"^{device}\\b") }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Another device" })).ToBeVisibleAsync();
    }

    private static async Task AskAsync(IPage page, string what)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = what, Exact = true }).ClickAsync();
        await Expect(page.Locator(".main > .ran").GetByText(new Regex($"^{what} "))).ToBeVisibleAsync();
        await Expect(page.Locator(".main > .ran .state.completed")).ToBeVisibleAsync();
    }

    // The other of the two; the newest that was asked alike stands first.
    private static async Task PickAsync(IPage page, string device) =>
        await page.GetByRole(AriaRole.Region, new() { Name = "Second walk" }).GetByRole(AriaRole.Button, new() { NameRegex = new Regex($"^{device} Walk ") }).First.ClickAsync();

    private static async Task SearchAsync(IPage page, string address, string name)
    {
        await page.GotoAsync(address);
        var search = page.GetByLabel("Search by name or object identifier");
        await Expect(page.Locator("[data-ready=yes]")).ToBeAttachedAsync();
        await search.FillAsync(name);
        await page.GetByRole(AriaRole.List, new() { Name = "Found" }).GetByRole(AriaRole.Button).Filter(new() { HasTextRegex = new Regex($"^{name}\\b") }).First.WaitForAsync();
        await search.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { NameRegex = new Regex($"^{name}") })).ToBeVisibleAsync();
    }

    private Task<OperatorPage> LogInAsync(string tenant) => OperatorPage.LogInAsync(installation.App, tenant, "olga", LiveInstallation.Password);
}
