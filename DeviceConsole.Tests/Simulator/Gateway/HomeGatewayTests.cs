using System.Globalization;
using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Tests.Simulator.Gateway;

/// <summary>The tree of the simulated home gateway: what it has, how it is read and written.</summary>
public sealed class HomeGatewayTests
{
    private const string Mapping = "Device.NAT.PortMapping.";
    private readonly GatewayClock clock = new();
    private readonly HomeGateway gateway;

    public HomeGatewayTests() => gateway = new HomeGateway(Options(1), clock);

    [Fact]
    public void The_tree_has_some_1200_parameters_each_found_by_its_path()
    {
        var all = gateway.Read("Device.");
        all.Count.Should().BeInRange(1100, 1300);
        all.Select(p => p.Path).Should().OnlyHaveUniqueItems();
        all.Should().OnlyContain(p => gateway.Find(p.Path) != null && gateway.Exists(p.Path));
        all.Select(p => p.Type).Distinct().Should().BeEquivalentTo(
            "string", "int", "unsignedInt", "unsignedLong", "boolean", "dateTime", "base64", "hexBinary", "decimal");
    }

    [Fact]
    public void Every_writable_value_of_a_new_gateway_passes_its_own_check()
    {
        var values = gateway.Read("Device.").Where(p => p.Writable && !p.Path.EndsWith("DiagnosticsState", StringComparison.Ordinal)
            && p.Value.Length > 0).Select(p => (p.Path, p.Value)).ToList();
        gateway.Set(values).Should().BeNull();
    }

    [Fact]
    public void The_identity_is_that_of_the_options()
    {
        Value("Device.DeviceInfo.SerialNumber").Should().Be("SN000001");
        Value("Device.DeviceInfo.ManufacturerOUI").Should().Be("00D09E");
        Value("Device.LocalAgent.EndpointID").Should().Be("os::00D09E-SN000001");
        Value("Device.Ethernet.Interface.2.MACAddress").Should().Be("02:00:5E:00:00:02");
        Value("Device.X_HOMEGW_Support.Fingerprint").Should().Be("02005E000001");
    }

    [Fact]
    public void The_same_options_give_the_same_gateway_and_another_seed_other_secrets()
    {
        var again = new HomeGateway(Options(1), clock);
        again.Read("Device.").Should().Equal(gateway.Read("Device."));
        new HomeGateway(Options(2), clock).Find(Passphrase)!.Value.Should().NotBe(Value(Passphrase));
    }

    [Fact]
    public void Names_of_the_next_level_are_the_objects_own_parameters_and_children()
    {
        var names = gateway.List("Device.NAT.", nextLevel: true);
        names.Select(n => n.Path).Should().BeEquivalentTo(
            "Device.NAT.InterfaceSettingNumberOfEntries", "Device.NAT.PortMappingNumberOfEntries", "Device.NAT.InterfaceSetting.", Mapping);
        names.Single(n => n.Path == Mapping).Should().Be(new GatewayNode(Mapping, IsObject: true, Writable: true));
        gateway.List("", nextLevel: true).Should().Equal(new GatewayNode("Device.", true, false));
        gateway.List("Device.Hosts.Host.", nextLevel: true)[0].Should().Be(new GatewayNode("Device.Hosts.Host.1.", true, Writable: false));
    }

    [Fact]
    public void Names_without_next_level_are_the_object_and_all_below()
    {
        var names = gateway.List("Device.NAT.", nextLevel: false);
        names[0].Path.Should().Be("Device.NAT.");
        names.Should().Contain(new GatewayNode("Device.NAT.PortMapping.1.ExternalPort", false, true));
        gateway.List("", nextLevel: false).Count(n => !n.IsObject).Should().Be(gateway.Read("").Count);
        gateway.List("Device.NAT.PortMapping.1.Status", nextLevel: false).Should().Equal(new GatewayNode("Device.NAT.PortMapping.1.Status", false, false));
    }

    [Theory]
    [InlineData("Device.Nothing.")]
    [InlineData("Device.NAT.PortMapping.99.")]
    [InlineData("Device.NAT.PortMapping.1.Nothing")]
    [InlineData("Device..")]
    [InlineData(".")]
    [InlineData("InternetGatewayDevice.")]
    public void Unknown_paths_give_nothing(string path)
    {
        gateway.List(path, nextLevel: false).Should().BeEmpty();
        gateway.Read(path).Should().BeEmpty();
        gateway.Find(path).Should().BeNull();
        gateway.Exists(path).Should().BeFalse();
    }

    [Theory]
    [InlineData("Device.Nothing", "1", GatewayFaultKind.UnknownPath)]
    [InlineData("Device.DeviceInfo.SerialNumber", "x", GatewayFaultKind.ReadOnly)]
    [InlineData("Device.ManagementServer.PeriodicInformInterval", "often", GatewayFaultKind.WrongType)]
    [InlineData("Device.ManagementServer.PeriodicInformInterval", "0", GatewayFaultKind.WrongValue)]
    [InlineData("Device.ManagementServer.PeriodicInformInterval", "-1", GatewayFaultKind.WrongType)]
    [InlineData("Device.WiFi.Radio.1.Enable", "yes", GatewayFaultKind.WrongType)]
    [InlineData("Device.WiFi.Radio.1.Channel", "256", GatewayFaultKind.WrongValue)]
    [InlineData("Device.WiFi.Radio.1.OperatingStandards", "n,y", GatewayFaultKind.WrongValue)]
    [InlineData("Device.WiFi.SSID.1.SSID", "123456789012345678901234567890123", GatewayFaultKind.WrongValue)]
    [InlineData("Device.ManagementServer.PeriodicInformTime", "tomorrow", GatewayFaultKind.WrongType)]
    [InlineData("Device.X_HOMEGW_Support.Signature", "###", GatewayFaultKind.WrongType)]
    [InlineData("Device.WiFi.AccessPoint.1.Security.PreSharedKey", "abc", GatewayFaultKind.WrongType)]
    [InlineData("Device.IP.Diagnostics.IPPing.DiagnosticsState", "Complete", GatewayFaultKind.WrongValue)]
    public void A_wrong_value_is_refused_and_nothing_of_the_set_is_done(string path, string value, GatewayFaultKind kind)
    {
        var fault = gateway.Set([("Device.WiFi.SSID.1.SSID", "changed"), (path, value)]);
        fault!.Kind.Should().Be(kind);
        fault.Path.Should().Be(path);
        Value("Device.WiFi.SSID.1.SSID").Should().Be("Home-0001");
    }

    [Fact]
    public void A_set_tells_what_changed_and_hides_secrets()
    {
        var changes = new List<GatewayChange>();
        gateway.Changed += changes.Add;
        gateway.Set([("Device.WiFi.SSID.1.SSID", "attic"), (Passphrase, "correct horse"), ("Device.WiFi.Radio.1.Enable", "1")]).Should().BeNull();
        changes.Should().Equal(new GatewayChange("Device.WiFi.SSID.1.SSID", "Home-0001", "attic"), new GatewayChange(Passphrase, "", ""));
        gateway.Find(Passphrase).Should().BeEquivalentTo(new { Value = "correct horse", Reported = "", Secret = true });
    }

    [Fact]
    public void The_status_follows_enable_and_a_chosen_channel_ends_the_automatic()
    {
        gateway.Set([("Device.WiFi.Radio.1.Enable", "0"), ("Device.NAT.PortMapping.1.Enable", "false"), ("Device.WiFi.Radio.2.Channel", "44")]).Should().BeNull();
        Value("Device.WiFi.Radio.1.Status").Should().Be("Down");
        Value("Device.NAT.PortMapping.1.Status").Should().Be("Disabled");
        Value("Device.WiFi.Radio.2.AutoChannelEnable").Should().Be("false");
    }

    [Fact]
    public void Rows_come_and_go_their_count_follows_and_numbers_are_not_used_twice()
    {
        var changes = new List<GatewayChange>();
        gateway.Changed += changes.Add;
        gateway.Add(Mapping).Should().Be((3, (GatewayFault?)null));
        changes.Should().Equal(new GatewayChange(Mapping + "3.", null, ""), new GatewayChange("Device.NAT.PortMappingNumberOfEntries", "2", "3"));
        Value(Mapping + "3.Alias").Should().Be("cpe-3");
        gateway.Delete(Mapping + "3.").Should().BeNull();
        Value("Device.NAT.PortMappingNumberOfEntries").Should().Be("2");
        gateway.Add(Mapping).Instance.Should().Be(4);
    }

    [Fact]
    public void Rows_that_the_gateway_owns_and_full_tables_refuse()
    {
        gateway.Add("Device.Hosts.Host.").Fault!.Kind.Should().Be(GatewayFaultKind.ReadOnly);
        gateway.Add("Device.NAT.").Fault!.Kind.Should().Be(GatewayFaultKind.ReadOnly);
        gateway.Add("Device.NAT.PortMapping.1.").Fault!.Kind.Should().Be(GatewayFaultKind.ReadOnly);
        gateway.Add("Device.Nothing.").Fault!.Kind.Should().Be(GatewayFaultKind.UnknownPath);
        gateway.Delete(Mapping).Should().BeEquivalentTo(new { Kind = GatewayFaultKind.ReadOnly });
        gateway.Delete("Device.Hosts.Host.1.").Should().BeEquivalentTo(new { Kind = GatewayFaultKind.ReadOnly });
        gateway.Delete(Mapping + "9.").Should().BeEquivalentTo(new { Kind = GatewayFaultKind.UnknownPath });
        for (var i = 3; i <= 64; i++) gateway.Add(Mapping).Fault.Should().BeNull();
        gateway.Add(Mapping).Fault!.Kind.Should().Be(GatewayFaultKind.Resources);
    }

    [Fact]
    public async Task Many_callers_at_once_leave_a_consistent_tree()
    {
        var work = Enumerable.Range(0, 8).Select(n => Task.Run(() =>
        {
            for (var i = 0; i < 50; i++)
            {
                var (instance, fault) = gateway.Add("Device.IP.Interface.2.IPv4Address.");
                fault.Should().BeNull();
                gateway.Set([(FormattableString.Invariant($"Device.IP.Interface.2.IPv4Address.{instance}.IPAddress"), $"10.0.0.{n}")]).Should().BeNull();
                gateway.Read("Device.IP.").Should().NotBeEmpty();
                gateway.Delete(FormattableString.Invariant($"Device.IP.Interface.2.IPv4Address.{instance}.")).Should().BeNull();
            }
        }));
        await Task.WhenAll(work);
        Value("Device.IP.Interface.2.IPv4AddressNumberOfEntries").Should().Be("1");
    }

    private const string Passphrase = "Device.WiFi.AccessPoint.1.Security.KeyPassphrase";

    private string Value(string path) => gateway.Find(path)!.Value;

    internal static HomeGatewayOptions Options(int number) => new()
    {
        Serial = number.ToString("'SN'000000", CultureInfo.InvariantCulture),
        Seed = number,
    };
}
