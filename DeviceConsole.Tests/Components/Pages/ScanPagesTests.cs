using System.Net;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Discovery;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Simulator.Snmp;
using DeviceConsole.Web.Components.Discovery;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Tests.Components.Pages;

/// <summary>From the form of a scan to a device.</summary>
public sealed class ScanPagesTests(PageWorld world) : IClassFixture<PageWorld>
{
    [Fact]
    public async Task A_scan_is_started_shows_how_far_it_is_and_what_it_proposes_becomes_a_device()
    {
        await using var agent = SimulatedSnmpAgent.Start(new SimulatedAgentOptions { Listen = new IPEndPoint(IPAddress.Parse("127.0.57.2"), 0) });
        await world.TemplateAsync("lab");
        var form = await ComponentHost.RenderAsync<NewScanPage>(world.Services);
        await form.ChangeAsync("name", "Access network");
        await form.ChangeAsync("ranges", "127.0.57.1\n127.0.57.2");
        await form.ChangeAsync("port", agent.EndPoint.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await form.ChangeAsync("rate", "1000");
        await form.RaiseAsync(form.One(e => e.Name == "form"), "onsubmit", EventArgs.Empty);
        form.Html.Should().NotContain("field-error").And.NotContain("class=\"problem\"");
        var scan = Guid.Parse(world.Visited[^1].Split('/')[^1]);

        (await PageAsync(scan)).Html.Should().Contain("Waits for a node to ask 2 addresses.").And.Contain("Nothing has answered yet");
        var (store, worker) = (world.Get<ScanStore>(), Guid.NewGuid());
        var claimed = (await store.ClaimAsync(worker, default))!;
        (await PageAsync(scan)).Html.Should().Contain("0 of 2 addresses asked, 0 answered");
        var protocol = (IDiscoveryProtocol)world.Get<ProtocolCatalog>().Find("snmp")!;
        await new ScanRun(claimed, worker, store, TimeProvider.System).RunAsync(protocol, 2, TimeSpan.FromMilliseconds(20), default);

        var page = await PageAsync(scan);
        page.Html.Should().Contain("All 2 addresses asked, 1 answered.").And.Contain(agent.Device.Name);
        page.One(e => e.Name == "progress")["value"].Should().Be("2");
        await page.ClickAsync(e => e["aria-label"] == "Add 127.0.57.2");
        page.Html.Should().Contain("1 device was added.");
        var device = (await world.Get<DeviceService>().ListAsync(world.Operator, new DeviceQuery { Search = agent.Device.Name }, default)).Items.Should().ContainSingle().Which;
        page.One(e => e["href"] == $"/devices/{device.Id}").Should().NotBeNull();
        page.Elements().Should().NotContain(e => e["aria-label"] == "Add 127.0.57.2", "it is no proposal any more");
    }

    [Fact]
    public async Task What_is_wrong_at_a_field_is_said_there_and_not_again_below_the_form()
    {
        var form = await ComponentHost.RenderAsync<NewScanPage>(world.Services);
        await form.ChangeAsync("name", "Elsewhere");
        await form.ChangeAsync("ranges", "10.99.0.0/24");
        foreach (var box in form.Elements().Where(e => e["type"] == "checkbox").ToList()) await form.RaiseAsync(box, "onchange", new ChangeEventArgs { Value = true });

        await form.RaiseAsync(form.One(e => e.Name == "form"), "onsubmit", EventArgs.Empty);

        form.Html.Split("lies outside of the networks").Should().HaveCount(2, "once is enough");
        form.Elements().Should().NotContain(e => e.HasClass("problem"));
        form.Input("ranges")["aria-invalid"].Should().Be("true");
    }

    private Task<ComponentHost> PageAsync(Guid scan) => ComponentHost.RenderAsync<ScanPage>(world.Services, ("Id", scan));
}
