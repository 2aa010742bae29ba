using Microsoft.Playwright;

namespace DeviceConsole.Tests.EndToEnd;

/// <summary>Debian's Chromium, headless, driven by Playwright. One process for the test run; every person gets a context of their own.</summary>
public static class Chromium
{
    private static readonly Lazy<Task<IBrowser>> Browser = new(LaunchAsync);

    /// <summary>A fresh profile, as another person on another machine has it. Times out after 20 s, not never.</summary>
    public static async Task<IBrowserContext> NewPersonAsync(Uri address, int width = 1440, int height = 900)
    {
        var context = await (await Browser.Value).NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.ToString(),
            // A balancer of a test has a certificate of its own making.
            IgnoreHTTPSErrors = address.Scheme == Uri.UriSchemeHttps,
            ViewportSize = new ViewportSize { Width = width, Height = height },
        });
        context.SetDefaultTimeout(20_000);
        return context;
    }

    private static async Task<IBrowser> LaunchAsync()
    {
        var playwright = await Playwright.CreateAsync();
        return await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }
}
