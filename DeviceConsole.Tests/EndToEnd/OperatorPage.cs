using System.Globalization;
using System.Text.RegularExpressions;
using DeviceConsole.Tests.Peers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeviceConsole.Tests.EndToEnd;

/// <summary>One operator at a browser, in the operator's own words.</summary>
public sealed class OperatorPage : IAsyncDisposable
{
    /// <summary>How long a page may take, in ms. Addresses are asked for again and again (Expect): waiting for the navigation itself misses one that ends in the moment in which the wait begins.</summary>
    public const float Patience = 20_000;

    static OperatorPage() => SetDefaultExpectTimeout(Patience);

    private readonly IBrowserContext context;
    private readonly List<string> errors = [];

    private OperatorPage(IBrowserContext context, IPage page)
    {
        this.context = context;
        Page = page;
        page.PageError += (_, error) => errors.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error") errors.Add(message.Text);
        };
    }

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>Errors that the browser reported: script errors, refused content, missing files.</summary>
    public IReadOnlyList<string> Errors => errors;

    /// <summary>A new person at a new browser, logged in.</summary>
    public static Task<OperatorPage> LogInAsync(RunningApp app, string tenant, string user, string password, int width = 1440, int height = 900) =>
        LogInAsync(app.Address, tenant, user, password, width, height);

    /// <summary>The same where something stands before the application.</summary>
    public static async Task<OperatorPage> LogInAsync(Uri address, string tenant, string user, string password, int width = 1440, int height = 900)
    {
        var context = await Chromium.NewPersonAsync(address, width, height);
        var person = new OperatorPage(context, await context.NewPageAsync());
        await person.Page.GotoAsync($"/t/{tenant}/login");
        await person.Page.GetByLabel("User name").FillAsync(user);
        await person.Page.GetByLabel("Password").FillAsync(password);
        await person.Page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await Expect(person.Page.GetByRole(AriaRole.Heading, new() { Name = "Overview" })).ToBeVisibleAsync();
        return person;
    }

    /// <summary>Adds an SNMP device through the form; leaves its page open.</summary>
    public async Task AddDeviceAsync(string name, int port, string community, string? timeout = null)
    {
        await Page.GotoAsync("/devices/new");
        await Expect(Page.Locator("form[data-ready=yes]")).ToBeVisibleAsync();
        await Page.GetByLabel("Name", new() { Exact = false }).First.FillAsync(name);
        var host = Page.GetByLabel("Host");
        if (!await host.IsVisibleAsync()) await Page.GetByRole(AriaRole.Button, new() { Name = "Reach it by SNMP" }).ClickAsync();
        await host.FillAsync("127.0.0.1");
        await Page.GetByLabel("Port", new() { Exact = true }).FillAsync(port.ToString(CultureInfo.InvariantCulture));
        if (timeout is not null)
        {
            await Page.GetByLabel("Time-out (ms)").FillAsync(timeout);
            await Page.GetByLabel("Retries").FillAsync("0");
        }
        await Page.GetByLabel("Read community").FillAsync(community);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Add device" }).ClickAsync();
        await Expect(Page).ToHaveURLAsync(new Regex("/devices/[0-9a-f-]{36}$"), new() { Timeout = Patience });
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true })).ToBeVisibleAsync();
    }

    /// <summary>Runs a walk of the system group from the open device's page with one attempt; leaves the job's page open.</summary>
    public async Task WalkSystemGroupAsync()
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Run job" }).ClickAsync();
        var dialog = Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByText("Walk", new() { Exact = true }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Run Walk" })).ToBeVisibleAsync();
        await dialog.GetByLabel("OID").FillAsync("1.3.6.1.2.1.1");
        await dialog.GetByText("Priority, time-out and attempts").ClickAsync();
        await dialog.GetByLabel("Attempts").FillAsync("1");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Run Walk" }).ClickAsync();
        await Expect(Page).ToHaveURLAsync(new Regex("/jobs/[0-9a-f-]{36}"), new() { Timeout = OperatorPage.Patience });
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await context.DisposeAsync();
}
