using Microsoft.Playwright;

namespace DeviceConsole.Tests.Api;

[Collection(ApiGroup.Name)]
public sealed class DocsPageTests(ApiWorld world)
{
    [Fact]
    public async Task The_page_about_the_api_works_under_the_content_security_policy()
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
        // The script keeps only what is in view, so that the window has room for more than a few operations.
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1_280, Height = 6_000 } });
        var errors = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error") errors.Add(message.Text);
        };
        page.PageError += (_, error) => errors.Add(error);

        await page.GotoAsync(new Uri(world.App.Address, "/docs").ToString());
        await page.Locator(".opblock").Nth(18).WaitForAsync(new() { State = WaitForSelectorState.Attached, Timeout = 30_000 });

        errors.Should().BeEmpty();
    }
}
