using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeviceConsole.Tests.EndToEnd;

/// <summary>Devices that call in, through the real application, PostgreSQL and Chromium: created, asked, watched, browsed, and unseen by another tenant.</summary>
public sealed partial class CallingDevicesTests(LiveInstallation installation) : IClassFixture<LiveInstallation>
{
    [Theory]
    [InlineData("TR-069")]
    [InlineData("USP")]
    [InlineData("WebPA")]
    public async Task A_device_calls_in_answers_a_job_and_fills_its_parameter_tree(string protocol)
    {
        var device = CallingDevice.Of(protocol, installation.App.DeviceAddress, "north");
        await using var person = await OperatorPage.LogInAsync(installation.App, "north", "olga", LiveInstallation.Password);
        await device.AddAsync(person, $"gateway by {protocol}");
        var address = new Uri(person.Page.Url).AbsolutePath;

        // The job waits, and says for what, until the device calls.
        await person.Page.GetByRole(AriaRole.Button, new() { Name = "Run job" }).ClickAsync();
        var dialog = person.Page.GetByRole(AriaRole.Dialog);
        await dialog.Locator(".choice").Filter(new() { HasTextRegex = Get() }).First.ClickAsync();
        // The form of another operation takes the place of the first one: what is typed before it is there would be lost.
        await Expect(dialog.Locator(".choice.chosen").Filter(new() { HasTextRegex = Get() })).ToBeVisibleAsync();
        await dialog.Locator("textarea").First.FillAsync("Device.DeviceInfo.SoftwareVersion");
        await dialog.Locator("button[type=submit]").ClickAsync();
        await Expect(person.Page).ToHaveURLAsync(new Regex("/jobs/[0-9a-f-]{36}"), new() { Timeout = OperatorPage.Patience });
        await Expect(person.Page.Locator(".state.queued").First).ToBeVisibleAsync();
        await Expect(person.Page.Locator(".note").First).ToBeVisibleAsync();

        await using var gateway = device.Start();
        await Expect(person.Page.Locator(".state.completed").First).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(person.Page.GetByText("3.4.1").First).ToBeVisibleAsync();
        await Expect(person.Page.GetByRole(AriaRole.Heading, new() { Name = "Exchange with the device" })).ToBeVisibleAsync();

        await person.Page.GotoAsync($"{address}/parameters");
        await person.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Read (the whole tree|all)$") }).ClickAsync();
        await Expect(person.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "WiFi" }).First).ToBeVisibleAsync(new() { Timeout = 30_000 });

        await ChangeAsync(person.Page, address);

        await using var stranger = await OperatorPage.LogInAsync(installation.App, "south", "olga", LiveInstallation.Password);
        await stranger.Page.GotoAsync($"{address}/parameters");
        await Expect(stranger.Page.GetByText("There is no such")).ToBeVisibleAsync();
        await stranger.Page.GotoAsync("/sessions");
        await Expect(stranger.Page.GetByText("No session yet")).ToBeVisibleAsync();
        person.Errors.Should().BeEmpty();
    }

    // One value, two values as one job, an instance added and deleted; each is shown in the tree once the device has answered.
    private static async Task ChangeAsync(IPage page, string address)
    {
        const string Mapping = "Device.NAT.PortMapping.";
        await ShowAsync(page, address, Mapping + "1.Description");
        await page.Locator("#new-value").FillAsync("Printer");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set value" }).ClickAsync();
        await Expect(page.Locator("aside.details .current")).ToHaveTextAsync("Printer", new() { Timeout = 30_000 });

        await page.Locator("#new-value").FillAsync("Scanner");
        await page.GetByRole(AriaRole.Button, new() { Name = "Collect", Exact = true }).ClickAsync();
        await page.Locator($"button.pick[title='{Mapping}1.ExternalPort']").ClickAsync();
        await Expect(page.Locator($"aside.details[aria-label='{Mapping}1.ExternalPort']")).ToBeVisibleAsync();
        await Expect(page.Locator("#new-value")).ToHaveValueAsync("8443");
        await page.Locator("#new-value").FillAsync("9100");
        await page.GetByRole(AriaRole.Button, new() { Name = "Collect", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Apply 2 changes" }).ClickAsync();
        await Expect(page.Locator("aside.details .current")).ToHaveTextAsync("9100", new() { Timeout = 30_000 });
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { Has = page.Locator($"button.pick[title='{Mapping}1.Description']") })).ToContainTextAsync("Scanner");
        await Expect(page.Locator(".collected")).ToHaveCountAsync(0);

        await ShowAsync(page, address, Mapping + "2.");
        await page.Locator($"button.pick[title='{Mapping}']").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add instance" }).ClickAsync();
        var added = page.Locator($"button.pick[title='{Mapping}3.']");
        await Expect(added).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await added.ClickAsync();
        await Expect(page.Locator($"aside.details[aria-label='{Mapping}3.']")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete instance" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete instance" }).ClickAsync();
        await Expect(added).ToHaveCountAsync(0, new() { Timeout = 30_000 });
        await Expect(page.Locator($"button.pick[title='{Mapping}2.']")).ToBeVisibleAsync();
    }

    // The page is live, and the details are those of the path.
    private static async Task ShowAsync(IPage page, string address, string path)
    {
        await page.GotoAsync($"{address}/parameters?path={path}");
        await Expect(page.Locator("[data-tree][data-live=yes]")).ToBeVisibleAsync();
        await Expect(page.Locator($"aside.details[aria-label='{path}']")).ToBeVisibleAsync();
    }

    [GeneratedRegex("^\\s*Get( values)?\\s*$")]
    private static partial Regex Get();
}
