using System.Globalization;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Parameters;
using Microsoft.Extensions.Logging.Abstractions;

namespace DeviceConsole.Tests.Gateway;

/// <summary>What a node remembers of devices that called before.</summary>
public sealed class KnownDevicesTests : IAsyncLifetime
{
    private const int Most = 10;
    private static readonly Guid Acme = Guid.CreateVersion7(), Zenith = Guid.CreateVersion7();
    private static readonly ParameterValue[] Report = [new("Device.DeviceInfo.SoftwareVersion", "1.0", "string")];
    // Nothing connects.
    private readonly DataSources sources = new("Host=127.0.0.1;Port=1;Username=nobody", "Host=127.0.0.1;Port=1;Username=nobody");
    private KnownDevices known = null!;

    public Task InitializeAsync()
    {
        known = new KnownDevices(new JobListener(sources, NullLogger<JobListener>.Instance), Most);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await sources.DisposeAsync();

    private Guid Call(string identity, Guid? tenant = null)
    {
        var device = Guid.CreateVersion7();
        known.Remember(tenant ?? Acme, identity, new SealedEndpoint(device, "cwmp", [], null));
        known.Stored(tenant ?? Acme, device, Report);
        return device;
    }

    private Guid? Find(string identity, Guid? tenant = null) => known.Find(tenant ?? Acme, "cwmp", identity, Report)?.Device;

    [Fact]
    public void A_device_is_found_in_its_tenant_with_what_it_reported_last()
    {
        var device = Call("A");

        Find("A").Should().Be(device);
        Find("A", Zenith).Should().BeNull();
        known.Find(Acme, "usp", "A", Report).Should().BeNull();
        known.Find(Acme, "cwmp", "A", [Report[0] with { Value = "2.0" }]).Should().BeNull();
    }

    [Fact]
    public void Devices_that_come_once_hold_no_place_for_good_and_one_that_comes_again_keeps_its_own()
    {
        var regular = Call("regular");

        for (var i = 0; i < 10 * Most; i++)
        {
            Call(i.ToString(CultureInfo.InvariantCulture));
            if (i % (Most - 2) == 0) Find("regular").Should().Be(regular);
            known.Count.Should().BeLessThanOrEqualTo(2 * Most);
        }

        Find("0").Should().BeNull();
        Find("99").Should().NotBeNull();
    }

    [Fact]
    public void What_changed_is_forgotten_in_both_generations()
    {
        var (first, other) = (Call("first"), Call("other"));
        for (var i = 0; i < Most - 1; i++) Call(i.ToString(CultureInfo.InvariantCulture));
        var young = Call("young");

        known.OnNoticed($"endpoints:{Acme:N}:{first},{young}");
        known.OnNoticed($"parameters:{Acme:N}:{other}");

        (Find("first"), Find("young"), Find("other")).Should().Be((null, null, null));
        known.Stored(Acme, other, Report);
        Find("other").Should().Be(other, "only its report was forgotten");
    }

    [Fact]
    public void A_notice_for_a_whole_tenant_is_for_it_alone()
    {
        var (theirs, _) = (Call("A", Zenith), Call("A"));

        known.OnNoticed($"endpoints:{Acme:N}:*");

        Find("A").Should().BeNull();
        Find("A", Zenith).Should().Be(theirs);
        known.Count.Should().Be(1);
    }

    [Fact]
    public void Read_anew_it_has_one_place()
    {
        Call("A");
        var device = Guid.CreateVersion7();
        for (var i = 0; i < 3; i++) known.Remember(Acme, "A", new SealedEndpoint(device, "cwmp", [], null));

        known.Stored(Acme, device, Report);
        Find("A").Should().Be(device);
    }
}
