using DeviceConsole.Core.Mibs;

namespace DeviceConsole.Tests.Mibs;

public sealed class MibTreeTests
{
    [Theory]
    [InlineData("sysDescr.0", "1.3.6.1.2.1.1.1.0")]
    [InlineData("IF-MIB::ifDescr.3", "1.3.6.1.2.1.2.2.1.2.3")]
    [InlineData(".1.3.6.1", "1.3.6.1")]
    [InlineData("noSuchName", null)]
    [InlineData("NO-SUCH-MIB::ifDescr", null)]
    [InlineData("ifDescr.x", null)]
    [InlineData("", null)]
    public void Names_and_numbers_are_resolved(string text, string? oid)
    {
        var arcs = BuiltIn.Tree.Resolve(text);
        (arcs is null ? null : MibOid.Format(arcs)).Should().Be(oid);
    }

    [Fact]
    public void The_longest_named_beginning_is_found()
    {
        var match = BuiltIn.Tree.Longest([1, 3, 6, 1, 2, 1, 2, 2, 1, 2, 3])!.Value;
        match.Node.Name.Should().Be("ifDescr");
        match.Rest.Should().Equal(3u);
        BuiltIn.Tree.Longest([9, 9]).Should().BeNull();
    }

    [Fact]
    public void A_search_gives_names_that_begin_so_first_and_takes_numbers_too()
    {
        var found = BuiltIn.Tree.Search("ifdescr", 10);
        found[0].Name.Should().Be("ifDescr");
        BuiltIn.Tree.Search("1.3.6.1.2.1.1.", 5).Select(n => n.Name).Should().StartWith(["system", "sysDescr"]);
        BuiltIn.Tree.Search("   ", 5).Should().BeEmpty();
    }

    [Fact]
    public void Where_two_modules_name_a_place_the_object_of_the_newer_one_counts()
    {
        BuiltIn.Tree.Find([1, 3, 6, 1, 2, 1, 2, 2, 1, 2])!.Module.Should().Be("IF-MIB", "RFC1213-MIB has it, too");
        BuiltIn.Tree.Find([1, 3, 6, 1, 2, 1, 1, 1])!.Module.Should().Be("SNMPv2-MIB");
    }
}
