using System.Text.RegularExpressions;
using DeviceConsole.Simulator.Cwmp;
using DeviceConsole.Simulator.Gateway;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeviceConsole.Tests.EndToEnd;

/// <summary>Pages that only some TR-069 devices fill: what a device reports by itself, and what is behind a gateway.</summary>
public sealed class GatewayPagesTests(LiveInstallation installation) : IClassFixture<LiveInstallation>
{
    private const string Sent = "Device.IP.Interface.1.Stats.BytesSent";

    [Fact]
    public async Task A_profile_made_in_the_page_has_the_device_report_until_it_is_removed()
    {
        await using var person = await OperatorPage.LogInAsync(installation.App, "north", "olga", LiveInstallation.Password);
        var options = Options("BULK") with { Quirks = new CpeQuirks { BulkSecond = TimeSpan.FromMilliseconds(100) } };
        var page = person.Page;
        await CallingDevice.Of(options).AddAsync(person, "reporter");
        var address = new Uri(page.Url).AbsolutePath;
        await using var cpe = SimulatedCpe.Start(options);
        await page.GotoAsync($"{address}/bulk-data");

        await page.GetByRole(AriaRole.Button, new() { Name = "New profile" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Write to the device" }).ClickAsync();
        await Expect(dialog.Locator(".field-error").First).ToBeVisibleAsync();
        await Expect(page.Locator("section[aria-label]").Filter(new() { HasText = "Reports" })).ToHaveCountAsync(0);

        await dialog.GetByRole(AriaRole.Button, new() { Name = "Traffic", Exact = true }).ClickAsync();
        await dialog.Locator("#bulk-interval").FillAsync("10");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Write to the device" }).ClickAsync();

        // Set up by a job, then filled by reports; the page is not loaded again.
        var card = page.GetByRole(AriaRole.Region, new() { Name = "Traffic", Exact = true });
        await Expect(card.GetByText("Reporting", new() { Exact = true })).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await card.GetByText("Last values of").ClickAsync();
        await Expect(card.GetByRole(AriaRole.Link, new() { Name = Sent, Exact = true })).ToBeVisibleAsync();
        await Expect(page.Locator("path.line").First).ToBeVisibleAsync(new() { Timeout = 30_000 });

        await card.GetByRole(AriaRole.Button, new() { Name = "Remove", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Remove profile" }).ClickAsync();
        await Expect(page.GetByText("The device reports nothing by itself")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        cpe.Gateway.Read("Device.BulkData.Profile.").Should().BeEmpty();
        person.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_gateways_page_shows_what_is_behind_it_and_that_devices_page_its_gateway()
    {
        await using var person = await OperatorPage.LogInAsync(installation.App, "north", "olga", LiveInstallation.Password);
        var (front, box) = (Options("FRONT"), Options("BOX"));
        box = box with { Gateway = box.Gateway with { ProductClass = "SetTopBox", Mac = "02:00:5E:77:00:09" } };
        var page = person.Page;
        await CallingDevice.Of(box).AddAsync(person, "television");
        await CallingDevice.Of(front).AddAsync(person, "front gateway");
        var behind = page.GetByRole(AriaRole.Region, new() { Name = "Behind this device" });
        await using var gateway = SimulatedCpe.Start(front);
        await Expect(behind.GetByText("Nothing is known to be behind it")).ToBeVisibleAsync();

        await using var device = SimulatedCpe.Start(box with { Lan = gateway.Gateway });
        await Expect(behind.GetByText("Says so itself")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await behind.GetByRole(AriaRole.Button, new() { Name = "Read", Exact = true }).ClickAsync();
        await Expect(behind.GetByText("LAN device, both say so")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(behind.GetByText(box.Gateway.Mac)).ToBeVisibleAsync();

        await behind.GetByRole(AriaRole.Link, new() { Name = "television", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "television", Exact = true })).ToBeVisibleAsync();
        var above = page.GetByRole(AriaRole.Region, new() { Name = "Gateway", Exact = true });
        await Expect(above.GetByText("This device and the gateway")).ToBeVisibleAsync();
        await above.GetByRole(AriaRole.Link, new() { Name = "front gateway", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "front gateway", Exact = true })).ToBeVisibleAsync();
        person.Errors.Should().BeEmpty();
    }

    private CpeOptions Options(string serial) =>
        CallingDevice.Cpe(new HomeGatewayOptions { Serial = $"E2E-{serial}", Mac = "02:00:5E:77:00:05", BootDuration = TimeSpan.FromMilliseconds(300) }, installation.App.DeviceAddress, "north");
}
