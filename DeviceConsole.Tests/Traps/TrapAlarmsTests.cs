using System.Text.Json;
using DeviceConsole.Core.Alarms;
using DeviceConsole.Core.Traps;
using DeviceConsole.Tests.Alarms;

namespace DeviceConsole.Tests.Traps;

/// <summary>Notifications become alarms by the tenant's rules.</summary>
public sealed class TrapAlarmsTests(AlarmWorld world) : IClassFixture<AlarmWorld>
{
    private const string LinkDown = "1.3.6.1.6.3.1.1.5.3", LinkUp = "1.3.6.1.6.3.1.1.5.4";

    [Fact]
    public async Task Traps_raise_and_clear_in_the_order_in_which_they_came_and_only_for_their_device()
    {
        var (device, other) = (await world.DeviceAsync(), await world.DeviceAsync());
        var alarms = new TrapAlarms(world.Rules);

        await alarms.OnTrapsAsync(world.Tenant, [Trap(device, LinkDown, 3), Trap(device, LinkDown, 4), Trap(device, LinkUp, 3), Trap(other, LinkDown, 3), Trap(device, "1.3.6.1.4.1.99999.0.1", 9)], default);

        (await world.OfAsync(device, raised: true)).Should().ContainSingle().Which.Should().BeEquivalentTo(new { Key = "link.4", Severity = AlarmSeverity.Major, Source = "snmp" });
        (await world.OfAsync(device, raised: false)).Should().ContainSingle().Which.Key.Should().Be("link.3");
        (await world.OfAsync(other, raised: true)).Should().ContainSingle().Which.Key.Should().Be("link.3");
    }

    [Fact]
    public async Task A_trap_that_is_told_for_a_tenant_raises_nothing_at_another_tenants_device()
    {
        var device = await world.DeviceAsync();

        await new TrapAlarms(world.Rules).OnTrapsAsync(world.OtherTenant, [Trap(device, LinkDown, 3)], default);

        (await world.OfAsync(device)).Should().BeEmpty("the device is not of the tenant that was told");
    }

    [Fact]
    public async Task However_often_a_link_flaps_within_one_batch_its_alarm_ends_as_the_last_trap_says_and_counts_since_it_last_came()
    {
        var device = await world.DeviceAsync();
        var alarms = new TrapAlarms(world.Rules);
        await alarms.OnTrapsAsync(world.Tenant, [Trap(device, LinkDown, 1)], default);
        var id = (await world.OfAsync(device))[0].Id;
        await world.Alarms.AcknowledgeAsync(world.Operator, [id], null, default);

        await alarms.OnTrapsAsync(world.Tenant,
            [Trap(device, LinkDown, 1), Trap(device, LinkUp, 1), .. Enumerable.Repeat(Trap(device, LinkDown, 1), 700), .. Enumerable.Repeat(Trap(device, LinkDown, 2), 700), Trap(device, LinkUp, 2)], default);

        var again = (await world.OfAsync(device, raised: true)).Should().ContainSingle().Subject;
        (again.Id, again.Count, again.AcknowledgedAt).Should().Be((id, 700, (DateTimeOffset?)null), "it was over in between, so that somebody has to look anew");
        (await world.OfAsync(device, raised: false)).Should().ContainSingle().Which.Should().BeEquivalentTo(new { Key = "link.2", Count = 700 });
    }

    private static TrapNotification Trap(Guid device, string oid, int index) => new(Guid.Empty, device, "snmp", oid, "link", TrapSeverity.Unknown, $"link: ifIndex {index}", DateTimeOffset.UtcNow, [])
    {
        Detail = JsonSerializer.Serialize(new { varbinds = new[] { new { oid = $"1.3.6.1.2.1.2.2.1.1.{index}", name = $"ifIndex.{index}", type = "INTEGER", value = $"{index}", text = $"{index}" } } }),
    };
}
