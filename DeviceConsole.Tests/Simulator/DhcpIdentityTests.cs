using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Tests.Simulator;

/// <summary>Option 125 as RFC 3925 §4 and TR-069 F.2.5 write it: enterprise number, length, then sub-options with code and length.</summary>
public sealed class DhcpIdentityTests
{
    private const string Device = "00000DE9" + "14" + "0106" + "303044303945" + "0202" + "5337" + "0306" + "536574546F70";
    private const string Gateway = "00000DE9" + "0C" + "0406" + "303044303945" + "0502" + "4739";

    [Fact]
    public void A_device_names_itself_in_sub_options_1_to_3_and_a_gateway_in_4_to_6()
    {
        var device = new DhcpIdentity("00D09E", "S7", "SetTop");

        Convert.ToHexString(device.WriteDevice()).Should().Be(Device);
        DhcpIdentity.ReadDevice(Convert.FromHexString(Device)).Should().Be(device);
        Convert.ToHexString(new DhcpIdentity("00D09E", "G9", "").WriteGateway()).Should().Be(Gateway, "a gateway without a product class sends none");
        DhcpIdentity.ReadGateway(Convert.FromHexString(Gateway)).Should().Be(new DhcpIdentity("00D09E", "G9", ""));
    }

    [Fact]
    public void Other_enterprises_are_passed_over_and_what_is_cut_short_names_nobody()
    {
        DhcpIdentity.ReadDevice(Convert.FromHexString("0000000902AABB" + Device)).Should().NotBeNull();
        DhcpIdentity.ReadGateway(Convert.FromHexString(Device)).Should().BeNull("it is the device's");
        for (var length = 0; length < Device.Length / 2; length++) DhcpIdentity.ReadDevice(Convert.FromHexString(Device[..(2 * length)])).Should().BeNull();
    }
}
