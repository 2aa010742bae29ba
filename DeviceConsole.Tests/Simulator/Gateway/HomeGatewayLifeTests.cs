using System.Globalization;
using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Tests.Simulator.Gateway;

/// <summary>What time and commands do to the simulated home gateway.</summary>
public sealed class HomeGatewayLifeTests
{
    private readonly GatewayClock clock = new();
    private readonly HomeGateway gateway;
    private readonly List<GatewayEvent> events = [];
    private readonly List<GatewayChange> changes = [];

    public HomeGatewayLifeTests()
    {
        gateway = new HomeGateway(HomeGatewayTests.Options(7), clock);
        gateway.Happened += events.Add;
        gateway.Changed += changes.Add;
    }

    [Fact]
    public void Counters_and_uptime_grow_with_time()
    {
        var before = (Number("Device.DeviceInfo.UpTime"), Number("Device.IP.Interface.1.Stats.BytesReceived"));
        clock.Advance(TimeSpan.FromSeconds(100));
        Number("Device.DeviceInfo.UpTime").Should().Be(before.Item1 + 100);
        Number("Device.IP.Interface.1.Stats.BytesReceived").Should().BeGreaterThan(before.Item2);
        Value("Device.Time.CurrentLocalTime").Should().Be("2026-03-01T12:01:40Z");
    }

    [Fact]
    public void In_an_hour_stations_leave_and_come_back_and_readings_stay_in_their_range()
    {
        Run(TimeSpan.FromHours(1), TimeSpan.FromSeconds(5));
        changes.Should().Contain(c => c.Path.StartsWith("Device.Hosts.Host.", StringComparison.Ordinal) && c.Path.EndsWith(".Active", StringComparison.Ordinal));
        changes.Should().Contain(c => c.Path.Contains("AssociatedDevice.", StringComparison.Ordinal) && c.New == null);
        changes.Should().Contain(c => c.Path.EndsWith(".SignalStrength", StringComparison.Ordinal));
        gateway.Read("Device.WiFi.AccessPoint.").Where(p => p.Path.EndsWith(".SignalStrength", StringComparison.Ordinal))
            .Should().OnlyContain(p => int.Parse(p.Value, CultureInfo.InvariantCulture) >= -79 && int.Parse(p.Value, CultureInfo.InvariantCulture) <= -38);
        var connected = gateway.Read("Device.Hosts.").Where(p => p.Path.EndsWith(".AssociatedDevice", StringComparison.Ordinal) && p.Value.Length > 0).ToList();
        connected.Should().NotBeEmpty().And.OnlyContain(p => gateway.Exists(p.Value));
    }

    [Fact]
    public void A_reboot_takes_its_time_and_starts_uptime_anew()
    {
        gateway.Reboot("RemoteReboot");
        gateway.IsUp.Should().BeFalse();
        gateway.Reboot("LocalReboot");
        clock.Advance(TimeSpan.FromSeconds(7));
        gateway.Tick();
        gateway.IsUp.Should().BeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));
        gateway.Tick();
        gateway.IsUp.Should().BeTrue();
        Value("Device.DeviceInfo.UpTime").Should().Be("0");
        events.Select(e => (e.Kind, e.Cause)).Should().Equal((GatewayEventKind.Rebooting, "RemoteReboot"), (GatewayEventKind.Booted, "RemoteReboot"));
    }

    [Fact]
    public void A_factory_reset_forgets_settings_but_neither_provisioning_nor_firmware()
    {
        gateway.Provision("Device.ManagementServer.URL", "http://acs.example/").Should().BeTrue();
        gateway.Provision("Device.ManagementServer.Nothing", "").Should().BeFalse();
        gateway.Set([("Device.WiFi.SSID.1.SSID", "attic"), ("Device.ManagementServer.URL", "http://other.example/")]).Should().BeNull();
        gateway.ApplyFirmware("3.5.0");
        Boot();
        gateway.FactoryReset();
        Boot();
        Value("Device.WiFi.SSID.1.SSID").Should().Be("Home-0007");
        Value("Device.ManagementServer.URL").Should().Be("http://acs.example/");
        Value("Device.DeviceInfo.SoftwareVersion").Should().Be("3.5.0");
        Value("Device.DeviceInfo.FirmwareImage.1.Version").Should().Be("3.4.1");
        events.TakeLast(3).Select(e => e.Kind).Should().Equal(GatewayEventKind.FactoryReset, GatewayEventKind.Rebooting, GatewayEventKind.Booted);
    }

    [Fact]
    public void New_firmware_goes_to_the_spare_bank_and_runs_after_the_boot()
    {
        gateway.DownloadFirmware("4.0.0").Should().Be("Device.DeviceInfo.FirmwareImage.2.");
        Value("Device.DeviceInfo.SoftwareVersion").Should().Be("3.4.1");
        gateway.ActivateFirmware("Device.DeviceInfo.FirmwareImage.9.")!.Kind.Should().Be(GatewayFaultKind.UnknownPath);
        gateway.ActivateFirmware("Device.DeviceInfo.FirmwareImage.2.").Should().BeNull();
        Value("Device.DeviceInfo.SoftwareVersion").Should().Be("3.4.1");
        Boot();
        Value("Device.DeviceInfo.SoftwareVersion").Should().Be("4.0.0");
        Value("Device.DeviceInfo.ActiveFirmwareImage").Should().Be("Device.DeviceInfo.FirmwareImage.2.");
        events.Select(e => (e.Kind, e.SoftwareVersion)).Should().Equal(
            (GatewayEventKind.FirmwareDownloaded, "3.4.1"), (GatewayEventKind.Rebooting, "3.4.1"),
            (GatewayEventKind.FirmwareActivated, "4.0.0"), (GatewayEventKind.Booted, "4.0.0"));
        gateway.DownloadFirmware("4.1.0").Should().Be("Device.DeviceInfo.FirmwareImage.1.");
    }

    [Theory]
    [InlineData("Device.IP.Diagnostics.IPPing.", "Host", "www.example", "SuccessCount")]
    [InlineData("Device.IP.Diagnostics.TraceRoute.", "Host", "www.example", "RouteHopsNumberOfEntries")]
    [InlineData("Device.IP.Diagnostics.DownloadDiagnostics.", "DownloadURL", "http://speed.example/8M", "TestBytesReceived")]
    [InlineData("Device.IP.Diagnostics.UploadDiagnostics.", "UploadURL", "http://speed.example/up", "TotalBytesSent")]
    [InlineData("Device.DNS.Diagnostics.NSLookupDiagnostics.", "HostName", "www.example", "SuccessCount")]
    public void A_diagnostic_ends_with_results(string path, string argument, string value, string result)
    {
        gateway.Set([(path + "DiagnosticsState", "Requested"), (path + argument, value)]).Should().BeNull();
        gateway.Tick();
        Value(path + "DiagnosticsState").Should().Be("Requested");
        Run(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1));
        Value(path + "DiagnosticsState").Should().Be("Complete");
        Number(path + result).Should().BePositive();
        events.Should().ContainSingle().Which.Should().Be(new GatewayEvent(GatewayEventKind.DiagnosticComplete, path, "Complete", "3.4.1"));
    }

    [Fact]
    public void A_diagnostic_of_an_unknown_host_ends_with_the_error_and_a_new_argument_cancels_one()
    {
        const string Ping = "Device.IP.Diagnostics.IPPing.";
        gateway.Set([(Ping + "Host", "nowhere.invalid")]).Should().BeNull();
        gateway.StartDiagnostic(Ping).Should().BeNull();
        Run(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1));
        Value(Ping + "DiagnosticsState").Should().Be("Error_CannotResolveHostName");
        gateway.StartDiagnostic(Ping).Should().BeNull();
        gateway.Set([(Ping + "Host", "www.example")]).Should().BeNull();
        Run(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1));
        Value(Ping + "DiagnosticsState").Should().Be("None");
        events.Should().ContainSingle();
        gateway.StartDiagnostic("Device.WiFi.")!.Kind.Should().Be(GatewayFaultKind.UnknownPath);
    }

    [Fact]
    public void Three_hundred_gateways_fit_into_50_MB()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var fleet = Enumerable.Range(0, 300).Select(i => new HomeGateway(HomeGatewayTests.Options(i), clock)).ToList();
        foreach (var one in fleet) one.Tick();
        (GC.GetTotalMemory(forceFullCollection: true) - before).Should().BeLessThan(50_000_000);
        GC.KeepAlive(fleet);
    }

    private void Boot()
    {
        clock.Advance(TimeSpan.FromSeconds(10));
        gateway.Tick();
        gateway.IsUp.Should().BeTrue();
    }

    private void Run(TimeSpan span, TimeSpan step)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += step)
        {
            clock.Advance(step);
            gateway.Tick();
        }
    }

    private string Value(string path) => gateway.Find(path)!.Value;

    private long Number(string path) => long.Parse(Value(path), CultureInfo.InvariantCulture);
}
