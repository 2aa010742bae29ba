using DeviceConsole.Core.Mibs;
using DeviceConsole.Protocols.Smi;

namespace DeviceConsole.Tests.Protocols.Smi;

/// <summary>The modules that need no upload.</summary>
public sealed class BuiltInModuleTests
{
    private static readonly IReadOnlyList<MibModule> Modules = new MibCompiler().BuiltIn;

    [Fact]
    public void They_compile_without_an_error()
    {
        Modules.SelectMany(m => m.Diagnostics).Where(d => d.Severity == MibSeverity.Error).Should().BeEmpty();
    }

    [Theory]
    [InlineData("SNMPv2-MIB", "sysDescr", "1.3.6.1.2.1.1.1", MibBaseType.OctetString)]
    [InlineData("IF-MIB", "ifHCInOctets", "1.3.6.1.2.1.31.1.1.1.6", MibBaseType.Counter64)]
    [InlineData("IF-MIB", "ifOperStatus", "1.3.6.1.2.1.2.2.1.8", MibBaseType.Enumeration)]
    [InlineData("IP-MIB", "ipAdEntAddr", "1.3.6.1.2.1.4.20.1.1", MibBaseType.IpAddress)]
    [InlineData("HOST-RESOURCES-MIB", "hrSystemDate", "1.3.6.1.2.1.25.1.2", MibBaseType.OctetString)]
    [InlineData("UCD-SNMP-MIB", "laLoad", "1.3.6.1.4.1.2021.10.1.3", MibBaseType.OctetString)]
    [InlineData("SNMPv2-MIB", "sysORUpTime", "1.3.6.1.2.1.1.9.1.4", MibBaseType.TimeTicks)]
    public void Names_stand_where_the_standards_put_them(string module, string name, string oid, MibBaseType type)
    {
        var definition = Modules.Single(m => m.Name == module).Get(name);
        definition.Oid.Should().Be(oid);
        definition.Syntax!.BaseType.Should().Be(type);
    }

    [Theory]
    [InlineData("MacAddress", "1x:")]
    [InlineData("DateAndTime", "2d-1d-1d,1d:1d:1d.1d,1a1d:1d")]
    [InlineData("DisplayString", "255a")]
    public void Textual_conventions_carry_their_display_hint(string name, string hint)
    {
        Modules.Single(m => m.Name == "SNMPv2-TC").Types.Single(t => t.Name == name).Syntax.DisplayHint.Should().Be(hint);
    }
}
