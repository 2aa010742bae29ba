using System.Text.RegularExpressions;
using DeviceConsole.Tests.Peers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeviceConsole.Tests.EndToEnd;

/// <summary>The flow that must always work, through the real application, PostgreSQL, snmpd and Chromium.</summary>
public sealed class MainFlowTests(LiveInstallation installation) : IClassFixture<LiveInstallation>
{
    [Fact]
    public async Task A_walk_completes_live_for_a_colleague_and_stays_unseen_by_another_tenant()
    {
        await using var operatorPage = await LogInAsync("north");
        await using var colleague = await LogInAsync("north");
        await using var stranger = await LogInAsync("south");
        await colleague.Page.GotoAsync("/jobs");
        await stranger.Page.GotoAsync("/jobs");
        await Expect(colleague.Page.Locator("[data-live=yes]")).ToBeAttachedAsync();
        await Expect(stranger.Page.Locator("[data-live=yes]")).ToBeAttachedAsync();

        await operatorPage.AddDeviceAsync("core-switch-1", installation.Agent.Port, "public");
        await operatorPage.WalkSystemGroupAsync();

        // The operator sees it end, with the values, without touching anything.
        await Expect(operatorPage.Page.Locator(".state.completed").First).ToBeVisibleAsync();
        await Expect(operatorPage.Page.GetByText("1.3.6.1.2.1.1.1.0", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(operatorPage.Page.GetByText("OBJECT IDENTIFIER").First).ToBeVisibleAsync();
        // So does the colleague, whose page was never reloaded.
        var row = colleague.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "core-switch-1" });
        await Expect(row.Locator(".state.completed")).ToBeVisibleAsync();
        // The stranger's list got its own tenant's changes only: nothing, also after a reload.
        await Expect(stranger.Page.GetByText("core-switch-1")).ToHaveCountAsync(0);
        await stranger.Page.ReloadAsync();
        await Expect(stranger.Page.GetByText("core-switch-1")).ToHaveCountAsync(0);

        operatorPage.Errors.Should().BeEmpty();
        colleague.Errors.Should().BeEmpty();
    }

    [Fact]
    public Task An_open_page_loses_its_rights_within_a_minute_when_its_account_is_disabled_or_demoted() =>
        Task.WhenAll(LosesItsRightsAsync("west", "disabled = true"), LosesItsRightsAsync("east", "role = 'viewer'"));

    private async Task LosesItsRightsAsync(string slug, string change)
    {
        var tenant = await installation.Database.CreateTenantAsync(slug);
        await installation.CreateOperatorAsync(tenant);
        await using var person = await LogInAsync(slug);
        await person.Page.GotoAsync("/devices");
        await Expect(person.Page.GetByRole(AriaRole.Heading, new() { Name = "Devices", Exact = true })).ToBeVisibleAsync();
        await Expect(person.Page.Locator("html[data-circuit=connected]")).ToBeAttachedAsync();

        await installation.Database.ExecuteAsync($"UPDATE users SET {change} WHERE tenant_id = $1", tenant);

        // Nobody touches the page: its circuit asks by itself.
        await Expect(person.Page.GetByRole(AriaRole.Heading, new() { Name = "Devices", Exact = true })).ToHaveCountAsync(0, new() { Timeout = 60_000 });
    }

    [Fact]
    public async Task A_page_whose_circuit_cannot_open_says_so_and_begins_again_by_itself()
    {
        await using var person = await LogInAsync("north");
        // The page after the log-in has its own circuit; what comes is about the next page's.
        await Expect(person.Page.Locator("html[data-circuit=connected]")).ToBeAttachedAsync();
        int asked = 0, opened = 0;
        // A server that is gone when the page wants to connect; one that goes in the middle of the circuit's start; one that is back.
        await person.Page.RouteAsync("**/_blazor/negotiate*", route => Interlocked.Increment(ref asked) == 1 ? route.AbortAsync() : route.ContinueAsync());
        await person.Page.RouteWebSocketAsync(new Regex("/_blazor"), socket =>
        {
            var server = socket.ConnectToServer();
            if (Interlocked.Increment(ref opened) > 1) return;
            var messages = 0;
            socket.OnMessage(frame =>
            {
                // The handshake goes through, the start of the circuit does not.
                if (Interlocked.Increment(ref messages) == 1) Forward(frame, server);
                else _ = socket.CloseAsync();
            });
        });

        // The page looks whether the server is there before it begins again: what it says meanwhile stays until it was seen.
        var seen = new TaskCompletionSource();
        await person.Page.RouteAsync("**/js/boot*.js*", async route =>
        {
            if (route.Request.Method == "HEAD") await seen.Task;
            await route.ContinueAsync();
        });
        await person.Page.GotoAsync("/jobs");

        try
        {
            await Expect(person.Page.Locator("html[data-circuit=lost]")).ToBeAttachedAsync();
        }
        finally
        {
            seen.SetResult();
        }
        await Expect(person.Page.Locator("html[data-circuit=connected] [data-live=yes]")).ToBeAttachedAsync(new() { Timeout = 60_000 });
        (asked, opened).Should().Be((3, 2), "each fresh page asked once");
    }

    [Fact]
    public async Task A_page_that_begins_again_does_not_overtake_somebody_who_is_leaving_it()
    {
        await using var person = await LogInAsync("north");
        await Expect(person.Page.Locator("html[data-circuit=connected]")).ToBeAttachedAsync();
        var answers = 0;
        var (followed, asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        await person.Page.RouteAsync("**/_blazor/negotiate*", route => route.AbortAsync());
        await person.Page.RouteAsync("**/js/boot*.js*", async route =>
        {
            if (route.Request.Method != "HEAD") { await route.ContinueAsync(); return; }
            // The server is back at the moment at which somebody goes to another page, and that page takes its time.
            if (!followed.Task.IsCompleted) { await route.AbortAsync(); return; }
            await route.ContinueAsync();
            if (Interlocked.Increment(ref answers) == 2) asked.TrySetResult();
        });
        await person.Page.RouteAsync("**/devices", async route =>
        {
            followed.TrySetResult();
            await answer.Task;
            await route.ContinueAsync();
        });
        await person.Page.GotoAsync("/jobs");
        await Expect(person.Page.Locator("html[data-circuit=lost]")).ToBeAttachedAsync();

        try
        {
            await person.Page.EvaluateAsync("() => { setTimeout(() => location.assign('/devices')); }");
            // It asks a second time only after it has made something of the first answer.
            await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
        finally
        {
            answer.SetResult();
        }

        await Expect(person.Page).ToHaveURLAsync(new Regex("/devices$"));
    }

    private static void Forward(IWebSocketFrame frame, IWebSocketRoute to)
    {
        if (frame.Text is { } text) to.Send(text);
        else to.Send(frame.Binary!);
    }

    [Fact]
    public async Task Another_tenants_addresses_answer_as_if_there_were_nothing()
    {
        await using var operatorPage = await LogInAsync("north");
        await operatorPage.AddDeviceAsync("secret-router", installation.Agent.Port, "public");
        var device = new Uri(operatorPage.Page.Url).AbsolutePath;
        await operatorPage.WalkSystemGroupAsync();
        var job = new Uri(operatorPage.Page.Url).AbsolutePath;

        await using var stranger = await LogInAsync("south");
        foreach (var path in new[] { device, job })
        {
            await stranger.Page.GotoAsync(path);
            await Expect(stranger.Page.GetByText("There is no such")).ToBeVisibleAsync();
            await Expect(stranger.Page.GetByText("secret-router")).ToHaveCountAsync(0);
        }
    }

    [Fact]
    public async Task A_wrong_community_fails_with_a_sentence_that_helps()
    {
        await using var operatorPage = await LogInAsync("north");
        await operatorPage.AddDeviceAsync("wrong-community", installation.Agent.Port, "not-the-community", timeout: "300");
        await operatorPage.WalkSystemGroupAsync();

        await Expect(operatorPage.Page.Locator(".state.failed").First).ToBeVisibleAsync();
        await Expect(operatorPage.Page.GetByRole(AriaRole.Heading, new() { NameRegex = new("did not answer") })).ToBeVisibleAsync();
        await Expect(operatorPage.Page.Locator(".failure").GetByText("community").First).ToBeVisibleAsync();
        await Expect(operatorPage.Page.GetByRole(AriaRole.Button, new() { Name = "Retry" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_tenant_get_the_same_sentence()
    {
        var sentences = new List<string>();
        foreach (var (tenant, user) in new[] { ("north", "olga"), ("north", "nobody"), ("nowhere", "olga") })
        {
            var context = await Chromium.NewPersonAsync(installation.App.Address);
            await using var _ = context;
            var page = await context.NewPageAsync();
            await page.GotoAsync($"/t/{tenant}/login");
            await page.GetByLabel("User name").FillAsync(user);
            await page.GetByLabel("Password").FillAsync("wrong wrong wrong");
            await page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
            sentences.Add(await page.GetByRole(AriaRole.Alert).InnerTextAsync());
        }
        sentences.Distinct().Should().ContainSingle().Which.Should().NotBeNullOrWhiteSpace();
    }

    [Fact]
    public async Task The_blazor_script_is_served()
    {
        using var response = await installation.App.Http.GetAsync(new Uri("/_framework/blazor.web.js", UriKind.Relative));
        response.EnsureSuccessStatusCode();
    }

    private Task<OperatorPage> LogInAsync(string tenant) => OperatorPage.LogInAsync(installation.App, tenant, "olga", LiveInstallation.Password);
}
