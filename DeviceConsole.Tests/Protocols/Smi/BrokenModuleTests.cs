using DeviceConsole.Core.Mibs;

namespace DeviceConsole.Tests.Protocols.Smi;

/// <summary>Every wrong file gets its diagnostic with the line, and keeps what is sound.</summary>
public sealed class BrokenModuleTests
{
    private const string Root = "1.3.6.1.4.1.99999.";

    [Fact]
    public void A_text_that_is_never_closed_is_named_by_the_line_where_it_begins()
    {
        Compiled.Broken("STRING").Said().Should().ContainSingle().Which.Should().StartWith("17 Error").And.Contain("line 17").And.Contain("not closed");
    }

    [Fact]
    public void A_file_that_ends_before_END_is_still_usable()
    {
        var module = Compiled.Broken("NO-END");
        module.Said().Should().ContainSingle().Which.Should().Contain("Error").And.Contain("before the END");
        module.Get("brokenNoEndOne").Oid.Should().Be(Root + "2.1");
    }

    [Fact]
    public void Modules_that_import_each_other_are_resolved_symbol_by_symbol()
    {
        var modules = Compiled.Files(Path.Combine(Compiled.Folder, "broken", "BROKEN-CYCLE-A-MIB.mib"), Path.Combine(Compiled.Folder, "broken", "BROKEN-CYCLE-B-MIB.mib")).Modules;
        modules[0].Get("brokenCycleA").Oid.Should().Be(Root + "3");
        modules[0].Get("brokenCycleAOne").Oid.Should().Be(Root + "4.1");
        modules[1].Get("brokenCycleBOne").Oid.Should().Be(Root + "3.1");
        modules.SelectMany(m => m.Diagnostics).Should().BeEmpty();
    }

    [Fact]
    public void Each_name_in_a_ring_of_object_identifiers_and_each_below_it_gets_an_error()
    {
        var module = Compiled.Broken("OID-CYCLE");
        module.Said().Should().OnlyContain(s => s.Contains("Error", StringComparison.Ordinal) && s.Contains("circle", StringComparison.Ordinal));
        string.Join('\n', module.Said()).Should().ContainAll("oidCycleOne ", "oidCycleTwo ", "oidCycleThree ", "oidCycleSelf ", "brokenOidCycleBad ");
        module.Get("brokenOidCycleGood").Oid.Should().Be(Root + "5.1");
        module.Get("brokenOidCycleBad").Oid.Should().BeNull();
    }

    [Fact]
    public void Missing_modules_symbols_and_imports_are_named_and_nothing_is_invented()
    {
        var module = Compiled.Broken("IMPORT");
        module.MissingModules.Should().Equal("NO-SUCH-MODULE-MIB");
        string.Join('\n', module.Said()).Should().ContainAll("NO-SUCH-MODULE-MIB is not in the library", "SNMPv2-TC has no noSuchSymbol", "neverMentioned is neither defined nor imported");
        module.Get("brokenImportGood").Oid.Should().Be(Root + "6.1");
        module.Get("brokenImportParent").Oid.Should().BeNull();
        module.Get("brokenImportUndeclared").Oid.Should().BeNull();
        module.Get("brokenImportType").Syntax!.BaseType.Should().Be(MibBaseType.None);
    }

    [Fact]
    public void A_zero_byte_does_not_cut_the_file_short()
    {
        var module = Compiled.Broken("NUL");
        module.Said().Should().HaveCount(2).And.OnlyContain(s => s.Contains("zero byte", StringComparison.Ordinal));
        module.Get("brokenNulTwo").Oid.Should().Be(Root + "7.2");
        module.Get("brokenNulOne").Description.Should().NotContain("\0");
    }

    [Fact]
    public void Each_bad_literal_gets_one_error_and_hex_bounds_are_numbers()
    {
        var module = Compiled.Broken("HEX");
        module.Diagnostics.Where(d => d.Severity == MibSeverity.Error).Select(d => d.Line).Should().Equal(18, 26, 34, 42);
        module.Get("brokenHexGood").Oid.Should().Be(Root + "8.5");
        module.Get("brokenHexGood").Syntax!.Ranges.Should().Equal(new MibRange(0, 2147483647));
    }

    [Fact]
    public void A_name_defined_twice_says_where_the_first_is()
    {
        var module = Compiled.Broken("DUPLICATE");
        module.Said().Should().Contain(s => s.Contains("Error dupSame is defined twice; the first definition, in line 13", StringComparison.Ordinal));
        module.Said().Should().Contain(s => s.Contains("Warning dupSecond has the same object identifier as dupFirst", StringComparison.Ordinal));
        module.Get("dupSame").Line.Should().Be(13);
    }

    [Fact]
    public void Unknown_macros_and_clauses_are_named_and_the_rest_survives()
    {
        var module = Compiled.Broken("MACRO");
        string.Join('\n', module.Said()).Should().ContainAll("FANCY-TYPE", "COLOUR");
        module.Get("brokenMacroGood").Oid.Should().Be(Root + "10.3");
    }

    [Fact]
    public void Nesting_without_end_ends_with_an_error_and_without_a_stack_overflow()
    {
        var module = Compiled.Broken("DEEP");
        module.Said().Should().Contain(s => s.Contains("nested too deeply", StringComparison.Ordinal)).And.Contain(s => s.Contains("nothing can be nested", StringComparison.Ordinal));
        module.Get("brokenDeepGood").Oid.Should().Be(Root + "11.1");
    }

    [Fact]
    public void Numbers_that_do_not_fit_are_refused_and_never_wrapped()
    {
        var module = Compiled.Broken("NUMBER");
        module.Diagnostics.Should().OnlyContain(d => d.Severity == MibSeverity.Error);
        module.Diagnostics.Select(d => d.Line).Should().Equal(18, 25, 28, 35, 35, 41);
        module.Get("brokenNumberGood").Oid.Should().Be(Root + "12.5");
        module.Definitions.Should().NotContain(d => d.Name == "brokenNumberBig" || d.Name == "brokenNumberHuge" || d.Name == "negativeArc");
    }

    [Fact]
    public void Rows_whose_index_type_and_columns_do_not_fit_are_told_apart()
    {
        string.Join('\n', Compiled.Broken("INDEX").Said()).Should().ContainAll(
            "biNowhere, in the index of biEntry", "lists biMissing", "The column biExtra is missing", "augEntry augments a row that augments it", "augOtherEntry augments a row that augments it");
    }

    [Fact]
    public void Types_defined_by_each_other_have_no_base_type()
    {
        var module = Compiled.Broken("TYPE-CYCLE");
        module.Said().Should().Contain(s => s.Contains("circular", StringComparison.Ordinal));
        module.Get("brokenTypeCycleUse").Syntax!.BaseType.Should().Be(MibBaseType.None);
        module.Get("brokenTypeCycleGood").Oid.Should().Be(Root + "14.2");
    }

    [Theory]
    [InlineData("EMPTY")]
    [InlineData("NOT-A")]
    public void A_file_without_a_module_gets_one_sentence(string name)
    {
        var result = Compiled.Files(Path.Combine(Compiled.Folder, "broken", $"BROKEN-{name}-MIB.mib"));
        result.Modules.Should().BeEmpty();
        result.Diagnostics.Should().ContainSingle().Which.Message.Should().Contain("no module in this file");
    }
}
