using DeviceConsole.Core;
using DeviceConsole.Core.Alarms;

namespace DeviceConsole.Tests.Alarms;

/// <summary>Events and traps become alarms by the tenant's rules.</summary>
public sealed class AlarmRuleTests(AlarmWorld world) : IClassFixture<AlarmWorld>
{
    private const string LinkDown = "1.3.6.1.6.3.1.1.5.3", LinkUp = "1.3.6.1.6.3.1.1.5.4";

    [Fact]
    public async Task A_link_goes_down_and_up_and_another_stays_down()
    {
        var device = await world.DeviceAsync();

        await TellAsync(device, LinkDown, Link(3, "eth2"));
        await TellAsync(device, LinkDown, Link(4, "eth3"));
        await TellAsync(device, LinkUp, Link(3, "eth2"));

        (await world.OfAsync(device, raised: true)).Should().ContainSingle().Which.Should().BeEquivalentTo(new { Key = "link.4", Text = "Interface eth3 is down", Severity = AlarmSeverity.Major, Source = "snmp" });
        (await world.OfAsync(device, raised: false)).Should().ContainSingle().Which.ClearedBy.Should().Be("snmp");
        (await world.Events.ListAsync(world.Viewer, device.ToString("N"), null, 10, default)).Value.Select(e => e.Kind).Should().Equal(LinkUp, LinkDown, LinkDown);
    }

    [Fact]
    public async Task A_device_goes_offline_and_comes_back()
    {
        var device = await world.DeviceAsync();
        await TellAsync(device, "offline", null, "The connection ended.");
        (await world.OfAsync(device, raised: true)).Should().ContainSingle().Which.Text.Should().Be("The device is offline: The connection ended.");
        await TellAsync(device, "online", null);
        (await world.OfAsync(device, raised: true)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_tenant_changes_a_built_in_rule_and_goes_back_to_it()
    {
        var builtin = BuiltInAlarmRules.All.Single(r => r.Builtin == "restart");
        var device = await world.DeviceAsync();

        (await world.RuleService.UpdateAsync(world.Admin, builtin.Id, builtin.Rule with { Severity = AlarmSeverity.Critical }, default)).IsSuccess.Should().BeTrue();
        await TellAsync(device, "1.3.6.1.6.3.1.1.5.1", null);
        (await world.OfAsync(device)).Should().ContainSingle().Which.Severity.Should().Be(AlarmSeverity.Critical);
        (await world.RuleService.ListAsync(world.Stranger, default)).Value.Single(r => r.Id == builtin.Id).Rule.Severity.Should().Be(AlarmSeverity.Warning, "it is this tenant's change only");

        (await world.RuleService.DeleteAsync(world.Admin, builtin.Id, default)).IsSuccess.Should().BeTrue();
        (await world.RuleService.GetAsync(world.Admin, builtin.Id, default)).Value.Should().BeEquivalentTo(builtin);
    }

    [Fact]
    public async Task An_own_rule_takes_a_whole_subtree_of_traps()
    {
        var made = await world.RuleService.CreateAsync(world.Admin, new AlarmRuleInput { Name = "vendor", RaiseOn = ["1.3.6.1.4.1.99999.*"], Severity = AlarmSeverity.Minor, Key = "vendor.{kind}", Text = "{what|message} of {missing}" }, default);
        var device = await world.DeviceAsync();

        await TellAsync(device, "1.3.6.1.4.1.99999.0.7", """{"what": 5}""");
        await TellAsync(device, "1.3.6.1.4.1.999990.1", null);

        (await world.OfAsync(device)).Should().ContainSingle().Which.Should().BeEquivalentTo(new { Key = "vendor.1.3.6.1.4.1.99999.0.7", Text = "5 of ?" });
        (await world.RuleService.UpdateAsync(world.Stranger, made.Value.Id, made.Value.Rule, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await world.RuleService.DeleteAsync(world.Admin, made.Value.Id, default)).IsSuccess.Should().BeTrue();
    }

    [Fact]
    public async Task A_wrong_rule_says_which_field_and_a_viewer_may_not()
    {
        var wrong = await world.RuleService.CreateAsync(world.Admin, new AlarmRuleInput { Name = "", RaiseOn = ["a b"], ClearOn = ["*x"], Key = "k", Text = "t" }, default);
        wrong.Problem!.Errors.Select(e => e.Field).Should().BeEquivalentTo("name", "raiseOn", "clearOn");
        (await world.RuleService.CreateAsync(world.Viewer, new AlarmRuleInput(), default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
    }

    private static string Link(int index, string name) =>
        $$"""{"varbinds": [{"oid": "1.3.6.1.2.1.2.2.1.1.{{index}}", "name": "ifIndex.{{index}}", "value": "{{index}}"}, {"oid": "1.3.6.1.2.1.2.2.1.2.{{index}}", "name": "IF-MIB::ifDescr.{{index}}", "value": "{{name}}"}, 7]}""";

    private Task TellAsync(Guid device, string kind, string? detail, string message = "m") => world.Events.RecordAsync(world.Tenant, device, new AlarmEvent("snmp", kind, message, detail), default);
}
