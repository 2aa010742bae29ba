using System.Text;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Tests.Mibs;

/// <summary>Results of walks and tables as rows, as differences and as files.</summary>
public sealed class WalkViewTests
{
    private static readonly MibTree Tree = BuiltIn.Tree;

    private static readonly StoredValues Interfaces = StoredValues.Of(
    [
        new("1.3.6.1.2.1.2.2.1.1.1", "1", "Integer32"), new("1.3.6.1.2.1.2.2.1.1.2", "2", "Integer32"), new("1.3.6.1.2.1.2.2.1.1.10", "10", "Integer32"),
        new("1.3.6.1.2.1.2.2.1.2.1", "lo", "OCTET STRING"), new("1.3.6.1.2.1.2.2.1.2.2", "eth0", "OCTET STRING"), new("1.3.6.1.2.1.2.2.1.2.10", "=cmd()", "OCTET STRING"),
        new("1.3.6.1.2.1.2.2.1.7.1", "1", "Integer32"), new("1.3.6.1.2.1.2.2.1.7.2", "2", "Integer32"),
        new("1.3.6.1.2.1.2.2.1.10.1", "900", "Counter32"), new("1.3.6.1.2.1.2.2.1.10.2", "80", "Counter32"), new("1.3.6.1.2.1.2.2.1.10.10", "1000", "Counter32"),
        new("1.3.6.1.2.1.31.1.1.1.1.2", "Ethernet 0", "OCTET STRING"),
    ]);

    [Fact]
    public void Values_become_what_they_were()
    {
        ParameterValue[] values = [new("1.3.6.1", "a \"b\" \n ü", "OCTET STRING") { RawHex = "00ff" }, new("1.3.6.2", null, "noSuchInstance"), new("Device.X.", null, "object") { Writable = true }];
        var stored = StoredValues.Of(values);
        stored.All().Should().Equal(values);
        stored.Path(1).Should().Be("1.3.6.2");
        StoredValues.None.Count.Should().Be(0);
    }

    [Fact]
    public void A_table_has_the_mibs_columns_and_the_devices_rows_with_gaps()
    {
        var table = MibTable.Of(Tree, Interfaces);
        table.Columns.Select(c => c.Name).Should().Equal(["ifDescr", "ifAdminStatus", "ifInOctets", "ifName"], "the index stands before the row already");
        table.Index.Should().Equal("ifIndex");
        table.Count.Should().Be(3);
        var rows = Enumerable.Range(0, 3).Select(r => table.Row(Tree, Interfaces, r)).ToList();
        rows.Select(r => r.Instance).Should().Equal("1", "2", "10");
        rows[1].Cells.Select(c => c?.Text).Should().Equal("eth0", "down(2)", "80", "Ethernet 0");
        rows[1].Index.Should().Equal("2");
        rows[2].Cells[1].Should().BeNull("the device has no ifAdminStatus.10");
        table.Columns.Where(c => c.IsWritable).Select(c => c.Name).Should().Equal("ifAdminStatus");
        table.Columns.Where(c => c.IsCounter).Select(c => c.Name).Should().Equal("ifInOctets");
    }

    [Fact]
    public void A_readable_index_stays_a_column_where_it_says_something_else_or_is_all_there_is()
    {
        var wrong = StoredValues.Of([new("1.3.6.1.2.1.2.2.1.1.1", "7", "Integer32"), new("1.3.6.1.2.1.2.2.1.2.1", "lo", "OCTET STRING")]);
        MibTable.Of(Tree, wrong).Columns.Select(c => c.Name).Should().Equal("ifIndex", "ifDescr");
        var alone = StoredValues.Of([new("1.3.6.1.2.1.2.2.1.1.1", "1", "Integer32")]);
        MibTable.Of(Tree, alone).Columns.Select(c => c.Name).Should().Equal("ifIndex");
    }

    [Theory]
    [InlineData(null, false, "", "1 2 10")]
    [InlineData(null, true, "", "10 2 1")]
    [InlineData("1.3.6.1.2.1.2.2.1.10", false, "", "2 1 10")]
    [InlineData("1.3.6.1.2.1.2.2.1.10", true, "", "10 1 2")]
    [InlineData("1.3.6.1.2.1.2.2.1.7", true, "", "2 1 10")]
    [InlineData("1.3.6.1.2.1.2.2.1.2", false, "", "10 2 1")]
    [InlineData(null, false, "ETH", "2")]
    [InlineData(null, false, "down", "2")]
    [InlineData(null, false, "nothing", "")]
    public void Rows_are_sorted_as_numbers_and_filtered_by_their_words(string? column, bool descending, string filter, string instances)
    {
        var table = MibTable.Of(Tree, Interfaces);
        string.Join(' ', MibTableOrder.Rows(table, Tree, Interfaces, new MibTableView(column, descending, filter)).Select(table.Instance)).Should().Be(instances);
    }

    [Fact]
    public void Indexes_of_several_parts_are_read_by_the_rules_of_the_smi()
    {
        // vacmSecurityToGroupTable: an integer, then a string whose length goes before it; ipAddressTable: an InetAddressType, then an InetAddress.
        var groups = StoredValues.Of([new("1.3.6.1.6.3.16.1.2.1.3.1.4.110.111.110.101", "all", "OCTET STRING")]);
        var table = MibTable.Of(Tree, groups);
        table.Index.Should().Equal("vacmSecurityModel", "vacmSecurityName");
        table.Row(Tree, groups, 0).Index.Should().Equal("1", "none");
        var addresses = StoredValues.Of([new("1.3.6.1.2.1.4.34.1.3.1.4.10.0.0.1", "2", "Integer32"), new("1.3.6.1.2.1.4.34.1.3.9.9", "2", "Integer32")]);
        table = MibTable.Of(Tree, addresses);
        table.Index.Should().Equal("ipAddressAddrType", "ipAddressAddr");
        table.Row(Tree, addresses, 0).Index.Should().Equal("ipv4(1)", "10.0.0.1");
        table.Row(Tree, addresses, 1).Index.Should().Equal(["9.9", ""], "numbers that do not fit are shown as they are");
    }

    [Fact]
    public void A_tables_readable_columns_are_the_mibs_and_those_of_rows_that_augment_it()
    {
        var table = Tree.ByName(null, "ifTable")!;
        MibTable.ColumnsOf(Tree, table, false).Select(c => c.Name).Should().HaveCount(22).And.StartWith("ifIndex");
        MibTable.ColumnsOf(Tree, table, true).Select(c => c.Name).Should().Contain(["ifSpeed", "ifHCInOctets", "ifAlias"]);
        MibTable.ColumnsOf(Tree, Tree.ByName(null, "ifXTable")!, false).Select(c => c.Name).Should().Contain("ifName").And.NotContain("ifDescr");
        MibTable.ColumnsOf(Tree, Tree.ByName(null, "vacmAccessTable")!, false).Select(c => c.Name).Should().NotContain("vacmAccessContextPrefix", "it is not accessible: the index tells it");
        MibTable.ColumnsOf(Tree, Tree.ByName(null, "sysDescr")!, false).Should().BeEmpty();
    }

    [Fact]
    public void Two_walks_differ_by_what_came_went_and_changed_and_counters_can_be_left_out()
    {
        var before = StoredValues.Of([new("1.3.6.1.2.1.1.3.0", "100", "TimeTicks"), new("1.3.6.1.2.1.1.5.0", "old", "OCTET STRING"), new("1.3.6.1.2.1.1.9.1.2.10", "x", "OCTET STRING"), new("1.3.6.1.2.1.2.2.1.10.1", "5", "Counter32"), new("1.3.6.1.2.1.2.2.1.3.1", "6", "Integer32")]);
        var after = StoredValues.Of([new("1.3.6.1.2.1.1.3.0", "200", "TimeTicks"), new("1.3.6.1.2.1.1.5.0", "new", "OCTET STRING"), new("1.3.6.1.2.1.1.9.1.2.2", "y", "OCTET STRING"), new("1.3.6.1.2.1.2.2.1.10.1", "9", "Counter32"), new("1.3.6.1.2.1.2.2.1.3.1", "6", "Integer32")]);
        var diff = WalkDiff.Of(before, after, withCounters: false);
        diff.Differences.Should().Equal(new WalkDifference(WalkChange.Changed, 1, 1), new WalkDifference(WalkChange.Added, -1, 2), new WalkDifference(WalkChange.Removed, 2, -1));
        (diff.Same, diff.Ignored, diff.Added, diff.Removed, diff.Changed).Should().Be((1, 2, 1, 1, 1));
        WalkDiff.Of(before, after, withCounters: true).Changed.Should().Be(3);
        WalkDiff.Of(before, before, withCounters: true).Differences.Should().BeEmpty();
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"x\"", "\"say \"\"x\"\"\"")]
    [InlineData("two\r\nlines", "\"two\r\nlines\"")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+cmd", "'+cmd")]
    [InlineData("-cmd", "'-cmd")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("  =1+1", "'  =1+1")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("＝1", "'＝1")]
    [InlineData("-5", "-5")]
    [InlineData("+3.25", "+3.25")]
    [InlineData("-", "'-")]
    [InlineData("-1.2.3", "'-1.2.3")]
    [InlineData("", "")]
    public void Cells_are_quoted_as_RFC_4180_says_and_are_never_formulas(string text, string cell)
    {
        Csv.Cell(text).Should().Be(cell);
    }

    [Fact]
    public async Task Walks_tables_and_differences_are_written_line_by_line()
    {
        var walk = await TextAsync(s => WalkExport.WalkAsync(Tree, Interfaces, s, default));
        walk.Should().StartWith("name,oid,index,value,text,type,hex\r\nifIndex.1,1.3.6.1.2.1.2.2.1.1.1,,1,,Integer32,\r\n").And.Contain("ifDescr.10,1.3.6.1.2.1.2.2.1.2.10,,'=cmd(),,OCTET STRING,\r\n").And.Contain("ifAdminStatus.2,1.3.6.1.2.1.2.2.1.7.2,,2,down(2),Integer32,\r\n");
        var table = MibTable.Of(Tree, Interfaces);
        (await TextAsync(s => WalkExport.TableAsync(Tree, Interfaces, table, [1, 2], s, default)))
            .Should().Be("ifIndex,ifDescr,ifAdminStatus,ifInOctets,ifName\r\n2,eth0,down(2),80,Ethernet 0\r\n10,'=cmd(),,1000,\r\n");
        var other = StoredValues.Of([new ParameterValue("1.3.6.1.2.1.2.2.1.7.1", "2", "Integer32")]);
        (await TextAsync(s => WalkExport.DiffAsync(Tree, Interfaces, other, WalkDiff.Of(Interfaces, other, false), s, default)))
            .Should().Contain("changed,ifAdminStatus.1,1.3.6.1.2.1.2.2.1.7.1,,1,up(1),2,down(2),Integer32\r\n").And.Contain("removed,ifDescr.2,1.3.6.1.2.1.2.2.1.2.2,,eth0,,,,OCTET STRING\r\n");
    }

    [Fact]
    public void Object_identifiers_are_ordered_number_by_number()
    {
        string[] expected = ["1.3", "1.3.6.2", "1.3.6.10", "1.3.6.10.1", "2.1"];
        expected.Reverse().Order(OidOrder.Instance).Should().Equal(expected);
    }

    private static async Task<string> TextAsync(Func<Stream, Task> write)
    {
        using var stream = new MemoryStream();
        await write(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
