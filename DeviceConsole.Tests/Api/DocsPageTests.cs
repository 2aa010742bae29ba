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
        var page = await browser.NewPageAsync();
        var errors = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error") errors.Add(message.Text);
        };
        page.PageError += (_, error) => errors.Add(error);

        await page.GotoAsync(new Uri(world.App.Address, "/docs").ToString());
        await page.Locator(".opblock").First.WaitForAsync();

        (await page.Locator(".opblock").CountAsync()).Should().BeGreaterThan(18);
        errors.Should().BeEmpty();
    }
}
