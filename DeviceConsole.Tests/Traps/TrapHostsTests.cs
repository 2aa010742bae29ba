using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using DeviceConsole.Core.Traps;
using DeviceConsole.Tests.Alarms;
using Microsoft.Extensions.Logging.Abstractions;

namespace DeviceConsole.Tests.Traps;

/// <summary>Devices that are entered by host name.</summary>
public sealed class TrapHostsTests(AlarmWorld world) : IClassFixture<AlarmWorld>
{
    private readonly ConcurrentBag<string> asked = [];

    [Fact]
    public async Task What_a_name_resolves_to_finds_its_devices_of_every_tenant_and_addresses_are_not_resolved()
    {
        var (mine, theirs) = (await DeviceAsync("Edge-1.example.net", world.Tenant), await DeviceAsync("edge-1.example.net", world.OtherTenant));
        await DeviceAsync("192.0.2.9", world.Tenant);
        await DeviceAsync("2001:db8::9", world.Tenant);
        await DeviceAsync("gone.example.net", world.Tenant);
        await DeviceAsync("silent.example.net", world.Tenant);
        var hosts = new TrapHosts(world.Database.Sources, TimeProvider.System, NullLogger<TrapHosts>.Instance, ResolveAsync);

        var found = await hosts.FindAsync("snmp", IPAddress.Parse("192.0.2.1"), default);
        var mapped = await hosts.FindAsync("snmp", IPAddress.Parse("::ffff:192.0.2.1"), default);

        found.Should().BeEquivalentTo([(world.Tenant, mine), (world.OtherTenant, theirs)]);
        mapped.Should().BeEquivalentTo(found);
        (await hosts.FindAsync("snmp", IPAddress.Parse("2001:db8::1"), default)).Should().HaveCount(2);
        (await hosts.FindAsync("snmp", IPAddress.Parse("192.0.2.9"), default)).Should().BeEmpty();
        (await hosts.FindAsync("cwmp", IPAddress.Parse("192.0.2.1"), default)).Should().BeEmpty();
        asked.Should().BeEquivalentTo("edge-1.example.net", "gone.example.net", "silent.example.net");
    }

    [Theory]
    [InlineData("80001F8804CAFE0101")]
    [InlineData("0x80001f8804cafe0101")]
    [InlineData("80:00:1f:88:04:ca:fe:01:01")]
    public async Task The_devices_of_an_engine_are_found_however_it_was_typed(string typed)
    {
        var device = await DeviceAsync("192.0.2.40", world.Tenant);
        await world.Database.ExecuteAsync("UPDATE device_endpoints SET settings = settings || jsonb_build_object('engineId', $2::text) WHERE device_id = $1", device, typed);
        await using var find = world.Database.Sources.App.CreateCommand("SELECT device_id FROM sys.endpoints_of_engine('snmp', '80001f8804cafe0101')");

        (await find.ExecuteScalarAsync()).Should().Be(device);

        await world.Database.ExecuteAsync("DELETE FROM device_endpoints WHERE device_id = $1", device);
        (await find.ExecuteScalarAsync()).Should().BeNull();
    }

    private Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        asked.Add(host);
        return host switch
        {
            "edge-1.example.net" => Task.FromResult<IPAddress[]>([IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")]),
            "silent.example.net" => throw new SocketException((int)SocketError.TryAgain),
            _ => throw new SocketException((int)SocketError.HostNotFound),
        };
    }

    private async Task<Guid> DeviceAsync(string host, Guid tenant)
    {
        var id = await world.DeviceAsync(tenant);
        await world.Database.ExecuteAsync("INSERT INTO device_endpoints (tenant_id, device_id, protocol, settings) VALUES ($1, $2, 'snmp', jsonb_build_object('host', $3::text))", tenant, id, host);
        return id;
    }
}
