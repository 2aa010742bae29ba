using System.Text.RegularExpressions;
using DeviceConsole.Simulator.Cwmp;
using DeviceConsole.Simulator.Gateway;
using DeviceConsole.Simulator.Usp;
using DeviceConsole.Simulator.WebPa;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DeviceConsole.Tests.EndToEnd;

/// <summary>A simulated home gateway that calls in by one protocol, and what an operator types so that it is let in.</summary>
/// <param name="Protocol">The protocol as pages name it.</param>
/// <param name="Identity">What stands in the identity's field.</param>
/// <param name="Credentials">Labels of credentials with their values.</param>
/// <param name="Start">Starts it.</param>
public sealed record CallingDevice(string Protocol, string Identity, IReadOnlyDictionary<string, string> Credentials, Func<IAsyncDisposable> Start)
{
    private const string Secret = "an-end-to-end-secret";

    /// <summary>The gateway of that protocol, towards an installation's tenant.</summary>
    public static CallingDevice Of(string protocol, Uri devices, string tenant)
    {
        var gateway = new HomeGatewayOptions { Serial = $"E2E-{protocol}", Mac = "02:00:5E:77:00:01", Seed = 7, BootDuration = TimeSpan.FromMilliseconds(300) };
        return protocol switch
        {
            "TR-069" => Of(Cpe(gateway, devices, tenant)),
            "USP" => new(protocol, $"os::{gateway.Oui}-{gateway.Serial}", new Dictionary<string, string> { ["Token"] = Secret },
                () => UspAgent.Start(
                    new UspAgentOptions { Gateway = gateway, ControllerId = $"proto::deviceconsole.{tenant}", RetryAfter = TimeSpan.FromMilliseconds(300) },
                    new WebSocketTransport(new UriBuilder(devices) { Scheme = "ws", Path = $"/usp/{tenant}/{Secret}" }.Uri))),
            _ => new(protocol, $"mac:{gateway.Mac.Replace(":", "", StringComparison.Ordinal)}", new Dictionary<string, string> { ["Token"] = Secret },
                () => SimulatedParodus.Start(new ParodusOptions { Gateway = new HomeGateway(gateway, TimeProvider.System), Server = devices, Tenant = tenant, Token = Secret, Backoff = TimeSpan.FromMilliseconds(300) })),
        };
    }
    /// <summary>A CPE, as an operator adds it.</summary>
    public static CallingDevice Of(CpeOptions cpe) => new(
        "TR-069", $"{cpe.Gateway.Oui}-{cpe.Gateway.ProductClass}-{cpe.Gateway.Serial}", new Dictionary<string, string> { ["Username"] = cpe.UserName, ["Password"] = cpe.Password }, () => SimulatedCpe.Start(cpe));

    /// <summary>A CPE towards an installation's tenant.</summary>
    public static CpeOptions Cpe(HomeGatewayOptions gateway, Uri devices, string tenant) =>
        new() { Gateway = gateway, Acs = new Uri(devices, $"/cwmp/{tenant}"), UserName = "cpe", Password = Secret, Retry = TimeSpan.FromMilliseconds(300) };

    /// <summary>Adds it through the form; leaves its page open.</summary>
    public async Task AddAsync(OperatorPage person, string name)
    {
        var page = person.Page;
        await page.GotoAsync("/devices/new");
        await Expect(page.Locator("form[data-ready=yes]")).ToBeVisibleAsync();
        await page.Locator("#name").FillAsync(name);
        foreach (var other in await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Remove (?!" + Protocol + ")") }).AllAsync()) await other.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"It calls in by {Protocol}" }).ClickAsync();
        var part = page.GetByRole(AriaRole.Region, new() { Name = Protocol, Exact = true });
        await part.Locator("input[name$='.identity']").FillAsync(Identity);
        foreach (var (label, value) in Credentials) await part.GetByLabel(label, new() { Exact = true }).FillAsync(value);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add device" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/devices/[0-9a-f-]{36}$"), new() { Timeout = OperatorPage.Patience });
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true })).ToBeVisibleAsync();
    }
}
