using System.Text.Json.Nodes;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Polling;
using DeviceConsole.Simulator.Snmp;
using DeviceConsole.Web.Components.Polling;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace DeviceConsole.Tests.Components.Pages;

/// <summary>From the form of a polling profile to a graph.</summary>
public sealed class PollingPagesTests(PageWorld world) : IClassFixture<PageWorld>
{
    private const string InOctets = "1.3.6.1.2.1.31.1.1.1.6", Description = "1.3.6.1.2.1.2.2.1.2", Uptime = "1.3.6.1.2.1.1.3.0";

    [Fact]
    public async Task A_profile_that_is_entered_in_the_page_reads_its_devices_and_its_rates_are_drawn()
    {
        await using var agent = SimulatedSnmpAgent.Start();
        var device = await DeviceAsync(agent);
        await EnterAsync();
        world.Visited[^1].Should().Be("/library/polling");
        var made = (await world.Get<PollService>().ListAsync(world.Operator, default)).Value.Should().ContainSingle().Which;
        (made.Profile.Name, made.Devices).Should().Be(("Traffic", 1));
        made.Profile.Objects.Select(o => (o.Oid, o.Column, o.Label, o.Scale)).Should().Equal((InOctets, true, Description, 8), (Uptime, false, null, 1));
        (await GraphsAsync(device)).Html.Should().Contain("Nothing is measured yet");

        var (runner, due) = (world.Get<PollRunner>(), new DuePoll(world.Tenant, made.Id, device, "snmp", 60));
        (await runner.RunAsync(due, default)).Should().Be(1, "a rate begins with the second reading");
        (await runner.RunAsync(due, default)).Should().Be(1 + agent.Device.Profile.Interfaces);

        var graphs = await GraphsAsync(device);
        var names = made.Profile.Objects.Select(o => o.Name).ToList();
        graphs.Elements().Where(e => e.Name == "section").Select(e => e["aria-label"]).Should().BeEquivalentTo(names);
        graphs.Elements().Count(e => e.Name == "path" && e.HasClass("line") && !string.IsNullOrEmpty(e["d"])).Should().BeGreaterThan(1);
        graphs.Html.Should().Contain("bit/s");
        (await world.Get<PollService>().ListAsync(world.Operator, default)).Value.Single().Failing.Should().Be(0);
    }

    private async Task EnterAsync()
    {
        var form = await ComponentHost.RenderAsync<PollProfilePage>(world.Services);
        await TypeAsync(form, "name", "Traffic");
        await TypeAsync(form, "tags", "core");
        await TypeAsync(form, "o0", InOctets);
        await TypeAsync(form, "u0", "bit/s");
        await TypeAsync(form, "s0", "8");
        await TypeAsync(form, "l0", Description);
        // "Add object" is the first button of its size.
        await form.RaiseAsync(form.Elements().First(e => e.HasClass("btn-sm")), "onclick", new MouseEventArgs());
        await TypeAsync(form, "o1", Uptime);
        await form.RaiseAsync(form.One(e => e.Name == "form"), "onsubmit", EventArgs.Empty);
        form.Html.Should().NotContain("field-error").And.NotContain("class=\"problem\"");
    }

    private static Task TypeAsync(ComponentHost form, string id, string text) => form.RaiseAsync(form.One(e => e["id"] == id), "onchange", new ChangeEventArgs { Value = text });

    private Task<ComponentHost> GraphsAsync(Guid device) => ComponentHost.RenderAsync<DeviceGraphs>(world.Services, ("DeviceId", device));

    private async Task<Guid> DeviceAsync(SimulatedSnmpAgent agent)
    {
        var made = await world.Get<DeviceService>().CreateAsync(world.Operator, new DeviceInput
        {
            Name = agent.Device.Name, Tags = ["core"],
            Endpoints = [new EndpointInput("snmp", new JsonObject { ["host"] = "127.0.0.1", ["port"] = agent.EndPoint.Port, ["version"] = "v2c" }, new Dictionary<string, string> { ["readCommunity"] = "public" })],
        }, default);
        made.Problem.Should().BeNull();
        return made.Value.Device.Id;
    }
}
