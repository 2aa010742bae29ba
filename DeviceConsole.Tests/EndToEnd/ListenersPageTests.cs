using System.Globalization;
using System.Net.Sockets;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeviceConsole.Tests.EndToEnd;

/// <summary>A platform administrator gives devices a port with TLS, in the browser, and the port is there.</summary>
public sealed class ListenersPageTests(LiveInstallation installation) : IClassFixture<LiveInstallation>
{
    [Fact]
    public async Task A_trial_certificate_a_profile_and_a_port_are_made_in_the_page_and_the_port_opens()
    {
        await using var person = await OperatorPage.LogInAsync(installation.App, "platform", RunningApp.AdminUser, RunningApp.AdminPassword);
        var page = person.Page;
        var dialog = page.GetByRole(AriaRole.Dialog);
        await OpenAsync(page, "/admin/listeners/certificates", "Make a self-signed one");
        await dialog.GetByLabel("Name", new() { Exact = false }).First.FillAsync("Trial");
        await dialog.GetByLabel("Host names and addresses").FillAsync("acs.example.net");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make certificate" }).ClickAsync();
        await Expect(page.GetByText("364 days left")).ToBeVisibleAsync();

        await OpenAsync(page, "/admin/listeners/tls", "Add TLS profile");
        await dialog.GetByLabel("Name", new() { Exact = false }).First.FillAsync("Devices");
        await dialog.GetByLabel("Certificates of devices").SelectOptionAsync("required");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(dialog.GetByText("Paste the certificates of the authorities").First).ToBeVisibleAsync();
        await dialog.GetByLabel("Certificates of devices").SelectOptionAsync("not asked for");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Cell, new() { Name = "1.2 or newer" })).ToBeVisibleAsync();

        var port = PostgresServer.FreePort();
        await OpenAsync(page, "/admin/listeners/ports", "Add port");
        await dialog.GetByLabel("Port", new() { Exact = false }).First.FillAsync(port.ToString(CultureInfo.InvariantCulture));
        await dialog.GetByLabel("TLS", new() { Exact = true }).SelectOptionAsync("Devices");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = port.ToString(CultureInfo.InvariantCulture) });
        await Expect(row.GetByText("Open", new() { Exact = true })).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await JobWorld.UntilAsync(() => AcceptsAsync(port), "the port accepts connections");

        await OpenAsync(page, "/admin/listeners/secrets", "Enter XMPP password");
        await dialog.GetByLabel("Secret", new() { Exact = false }).First.FillAsync("canary of xmpp");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Store" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove XMPP password" })).ToBeVisibleAsync();
        (await page.ContentAsync()).Should().NotContain("canary of xmpp");
        person.Errors.Should().BeEmpty();
    }

    private static async Task OpenAsync(IPage page, string address, string button)
    {
        await page.GotoAsync(address);
        await page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
    }

    private static async Task<bool> AcceptsAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(System.Net.IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
