using DeviceConsole.Core.Polling;
using DeviceConsole.Tests.Mibs;

namespace DeviceConsole.Tests.Polling;

public sealed class ObjectUnitTests
{
    [Theory]
    [InlineData("etherStatsOctets", ".1", true, "Octets per second")]
    [InlineData("ifHCInOctets", ".1", true, "per second")]
    [InlineData("hrMemorySize", ".0", false, "KBytes")]
    [InlineData("snmpEngineTime", ".0", false, "seconds")]
    [InlineData("sysUpTime", ".0", false, "1/100 s")]
    [InlineData("hrProcessorLoad", ".1", false, "")]
    public void Values_are_in_the_unit_of_their_object_and_counters_per_second(string name, string instance, bool isRate, string expected)
    {
        var node = BuiltIn.Tree.ByName(null, name)!;

        ObjectUnit.Of(BuiltIn.Tree, node.Oid + instance, isRate).Should().Be(expected);
        ObjectUnit.IsCounter(node.Definition).Should().Be(isRate);
        ObjectUnit.Of(BuiltIn.Tree, "1.3.6.1.4.1.99999.1.0", isRate).Should().Be(isRate ? "per second" : "", "no MIB knows it");
    }
}
