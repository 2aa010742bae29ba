using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Gateway;

/// <summary>Which sessions a node finds by what.</summary>
public sealed class SessionIndexTests
{
    private static readonly Guid Tenant = Guid.NewGuid();
    private readonly SessionIndex index = new();

    [Fact]
    public void A_device_that_comes_again_names_its_older_session_of_the_same_protocol_and_tenant_alone()
    {
        var device = Guid.NewGuid();
        var first = Open(Tenant, device, "a");
        index.Add(first).Should().BeEmpty();
        index.Add(Open(Tenant, device, "b")).Should().BeEmpty("another protocol is another session");
        index.Add(Open(Guid.NewGuid(), device, "a")).Should().BeEmpty("another tenant is another device");
        index.Add(Open(Tenant, device, "a")).Should().Equal(first);
        index.Remove(first.Session).Should().BeSameAs(first);
        index.Remove(first.Session).Should().BeNull();
        index.Of(Tenant, [device]).Should().HaveCount(2);
    }

    [Fact]
    public void Only_sessions_that_wait_and_are_here_count_as_waiting()
    {
        var session = Open(Tenant, Guid.NewGuid(), "a");
        index.Waits(session);
        index.AnyWaits(Tenant).Should().BeFalse("it is not here");
        index.Add(session);
        index.AnyWaits(Tenant).Should().BeFalse();
        index.Waits(session);
        index.Waits(session);
        index.AnyWaits(Tenant).Should().BeTrue();
        index.Remove(session.Session);
        index.AnyWaits(Tenant).Should().BeFalse();
        index.Of(Tenant).Should().BeEmpty();
    }

    [Fact]
    public void Fifty_thousand_devices_of_one_tenant_come_back_without_looking_at_each_other()
    {
        var before = Processor.Time;
        var sessions = Enumerable.Range(0, 50_000).Select(_ => Open(Tenant, Guid.NewGuid(), "a")).ToList();
        foreach (var session in sessions) index.Add(session);
        foreach (var session in sessions) index.Add(Open(Tenant, session.Session.DeviceId, "a")).Should().Equal(session);
        foreach (var session in sessions) index.Remove(session.Session);

        index.Count.Should().Be(50_000);
        index.Of(Tenant, [sessions[7].Session.DeviceId]).Should().ContainSingle();
        // By looking at all of them it would be some five billion steps.
        (Processor.Time - before).Should().BeLessThan(TimeSpan.FromSeconds(60));
    }

    private static OpenSession Open(Guid tenant, Guid device, string protocol) => new(new DeviceSession(Guid.NewGuid(), tenant, device, protocol, Guid.NewGuid(), 1), DateTimeOffset.UnixEpoch);
}
