using System.Text;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Alarms;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Traps;
using DeviceConsole.Protocols.Snmp.Traps;
using DeviceConsole.Tests.Peers;
using DeviceConsole.Web.Components.Events;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Tests.Components.Pages;

/// <summary>From a trap of a real sender on the wire to what an operator sees and does, without a reload of the page.</summary>
public sealed class TrapPagesTests : IAsyncLifetime
{
    private const string LinkDown = "1.3.6.1.6.3.1.1.5.3", LinkUp = "1.3.6.1.6.3.1.1.5.4", IfIndex = "1.3.6.1.2.1.2.2.1.1.", Community = "of-pages";
    private const string Module = """
        FAN-MIB DEFINITIONS ::= BEGIN
        IMPORTS MODULE-IDENTITY, OBJECT-TYPE, NOTIFICATION-TYPE, Integer32, enterprises FROM SNMPv2-SMI;
        fanMIB MODULE-IDENTITY LAST-UPDATED "202601010000Z" ORGANIZATION "Acme" CONTACT-INFO "Acme" DESCRIPTION "Fans." ::= { enterprises 99999 7 }
        fanState OBJECT-TYPE SYNTAX INTEGER { running(1), stuck(2) } MAX-ACCESS read-only STATUS current DESCRIPTION "Its state." ::= { fanMIB 1 }
        fanChanged NOTIFICATION-TYPE OBJECTS { fanState } STATUS current DESCRIPTION "A fan changed." ::= { fanMIB 0 1 }
        END
        """;

    // Indexes of the buttons for what is chosen.
    private const int Acknowledge = 0, Clear = 2, EndSuppression = 3;

    private readonly PageWorld world = new() { FollowsAddress = true };
    private readonly TrapOptions options = new() { Port = FreePort.Udp(), Address = "127.0.0.1", Receiver = "pages" };
    private TrapListener receiver = null!;
    private TrapStore store = null!;

    public async Task InitializeAsync()
    {
        await world.InitializeAsync();
        var made = await world.Get<DeviceService>().CreateAsync(world.Operator, new DeviceInput
        {
            Name = "edge switch",
            Endpoints = [new EndpointInput("snmp", new JsonObject { ["host"] = "127.0.0.1", ["version"] = "v2c" }, new Dictionary<string, string> { ["readCommunity"] = Community })],
        }, default);
        made.Problem.Should().BeNull();
        // What a process starts by itself, and these pages need.
        await world.Get<JobListener>().StartAsync(default);
        store = world.Get<TrapStore>();
        await store.StartAsync(default);
        receiver = new TrapListener(Options.Create(options), world.Services, new TrapCounters(), TimeProvider.System, NullLogger<TrapListener>.Instance);
        await receiver.StartAsync(default);
        await UntilAsync(() => receiver.LocalEndPoint is not null && world.Get<JobListener>().State == LiveFeedState.Live);
    }

    public async Task DisposeAsync()
    {
        await receiver.StopAsync(default);
        receiver.Dispose();
        await store.StopAsync(default);
        await world.Get<JobListener>().StopAsync(default);
        await world.DisposeAsync();
    }

    [Fact]
    public async Task An_operator_sees_an_alarm_come_takes_it_on_silences_it_and_sees_it_go()
    {
        var page = await ComponentHost.RenderAsync<AlarmsPage>(world.Services);
        var traps = await ComponentHost.RenderAsync<TrapsPage>(world.Services);
        page.Html.Should().Contain("No alarm is raised").And.Contain("href=\"/events/rules\"");
        traps.Html.Should().Contain("No trap yet").And.Contain("Connect a device");

        await SendAsync(LinkDown, IfIndex + "3", "i", "3");
        await UntilAsync(() => page.Html.Contains("Interface 3 is down", StringComparison.Ordinal) && traps.Html.Contains("linkDown: ifIndex 3", StringComparison.Ordinal));
        page.Html.Should().Contain("edge switch").And.Contain("Open").And.NotContain("No alarm is raised");

        await RaiseAsync(page, e => e.HasClass("link"), "onclick", new MouseEventArgs());
        await UntilAsync(() => page.Html.Contains("Raised as major", StringComparison.Ordinal));
        await ChooseAsync(page);
        await RaiseAsync(page, e => e["aria-label"] == "Note", "onchange", new ChangeEventArgs { Value = "on my way" });
        await PressAsync(page, Acknowledge);
        await UntilAsync(() => page.Html.Contains("on my way", StringComparison.Ordinal) && !page.Html.Contains(">Open<", StringComparison.Ordinal));

        await ChooseAsync(page);
        await RaiseAsync(page, e => e["aria-label"] == "Suppress", "onchange", new ChangeEventArgs { Value = "1" });
        await UntilAsync(() => page.Html.Contains("No alarm is raised", StringComparison.Ordinal));
        await StateAsync(page, "suppressed");
        await UntilAsync(() => page.Html.Contains("Interface 3 is down", StringComparison.Ordinal));
        await ChooseAsync(page);
        await PressAsync(page, EndSuppression);
        await UntilAsync(() => page.Html.Contains("No alarm fits", StringComparison.Ordinal));
        await StateAsync(page, "raised");
        await UntilAsync(() => page.Html.Contains("Interface 3 is down", StringComparison.Ordinal));

        await SendAsync(LinkUp, IfIndex + "3", "i", "3");
        await UntilAsync(() => page.Html.Contains("No alarm is raised", StringComparison.Ordinal));
        await StateAsync(page, "cleared");
        await UntilAsync(() => page.Html.Contains("Cleared", StringComparison.Ordinal) && page.Html.Contains("Interface 3 is down", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Filters_stand_in_the_address_and_narrow_what_is_shown()
    {
        await SendAsync(LinkDown, IfIndex + "7", "i", "7");
        await SendAsync("1.3.6.1.6.3.1.1.5.1");
        var page = await ComponentHost.RenderAsync<AlarmsPage>(world.Services);
        await UntilAsync(() => page.Html.Contains("Interface 7 is down", StringComparison.Ordinal) && page.Html.Contains("The device has restarted", StringComparison.Ordinal));

        await RaiseAsync(page, e => e["aria-pressed"] is not null, "onclick", new MouseEventArgs(), AlarmSeverities.All.ToList().IndexOf(AlarmSeverity.Warning));
        await UntilAsync(() => !page.Html.Contains("Interface 7 is down", StringComparison.Ordinal));
        page.Html.Should().Contain("The device has restarted");
        world.Visited[^1].Should().EndWith("?severity=warning");
        await RaiseAsync(page, e => e["type"] == "search", "oninput", new ChangeEventArgs { Value = "interface" });
        await UntilAsync(() => page.Html.Contains("No alarm fits", StringComparison.Ordinal));
        await page.Dispatcher.InvokeAsync(() => world.Get<NavigationManager>().NavigateTo("/events/alarms"));

        await UntilAsync(() => page.Html.Contains("Interface 7 is down", StringComparison.Ordinal) && page.Html.Contains("The device has restarted", StringComparison.Ordinal));
        await ChooseAllAsync(page);
        await PressAsync(page, Clear);
        await UntilAsync(() => page.Html.Contains("No alarm is raised", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_trap_that_no_mib_names_gets_its_names_when_the_module_is_uploaded()
    {
        const string Fan = "1.3.6.1.4.1.99999.7.0.1";
        var page = await ComponentHost.RenderAsync<TrapsPage>(world.Services);
        await SendAsync(Fan, "1.3.6.1.4.1.99999.7.1.0", "i", "2");
        await UntilAsync(() => page.Html.Contains($"{Fan}: ", StringComparison.Ordinal));
        page.Html.Should().Contain("href=\"/library/mibs\"", "that is where the name is missing");

        (await world.Get<MibLibrary>().UploadAsync(world.Operator, [new MibSource("FAN-MIB.txt", Encoding.ASCII.GetBytes(Module))], null, default)).Problem.Should().BeNull();

        page = await ComponentHost.RenderAsync<TrapsPage>(world.Services);
        page.Html.Should().Contain("fanChanged: fanState stuck(2)");
        var found = (await world.Get<TrapService>().ListAsync(world.Operator, "fanChanged", null, 10, default)).Value.Should().ContainSingle("its name is searched for by what it stands for").Subject;
        found.Message.Should().Be("fanChanged: fanState stuck(2)");
        await SendAsync(Fan, "1.3.6.1.4.1.99999.7.1.0", "i", "1");
        await UntilAsync(() => page.Html.Contains("fanChanged: fanState running(1)", StringComparison.Ordinal));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition()) await Task.Delay(50, patience.Token);
    }

    private async Task SendAsync(string trap, params string[] variables) =>
        (await NetSnmp.RunAsync("snmptrap", ["-v2c", "-c", Community, $"127.0.0.1:{options.Port}", "77", trap, .. variables])).ExitCode.Should().Be(0);

    private static Task ChooseAsync(ComponentHost page) => RaiseAsync(page, e => e["aria-label"] == "Choose Interface 3 is down", "onchange", new ChangeEventArgs { Value = true });

    private static Task ChooseAllAsync(ComponentHost page) => RaiseAsync(page, e => e["aria-label"] == "Choose all that are shown", "onchange", new ChangeEventArgs { Value = true });

    private static Task StateAsync(ComponentHost page, string state) => RaiseAsync(page, e => e["aria-label"] == "State", "onchange", new ChangeEventArgs { Value = state });

    private static Task PressAsync(ComponentHost page, int button) =>
        RaiseAsync(page, e => e.Name == "button" && e.HasClass("btn-sm") && e["aria-pressed"] is null, "onclick", new MouseEventArgs(), button);

    // The page changes by itself: it is looked at and used in one go.
    private static Task RaiseAsync(ComponentHost page, Func<RenderedElement, bool> which, string name, EventArgs args, int index = 0) =>
        page.Dispatcher.InvokeAsync(() => page.RaiseAsync(page.Elements().Where(which).ElementAt(index), name, args));
}
