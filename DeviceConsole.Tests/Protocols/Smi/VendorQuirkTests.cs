using DeviceConsole.Core.Mibs;

namespace DeviceConsole.Tests.Protocols.Smi;

/// <summary>What vendors' files contain and the standard does not: understood, and nothing next to it lost.</summary>
public sealed class VendorQuirkTests
{
    private const string Root = "1.3.6.1.4.1.99999";
    private const string Clauses = "MAX-ACCESS read-only STATUS current DESCRIPTION \"x\"";

    [Fact]
    public void A_comment_ends_at_the_next_double_hyphen_or_at_the_end_of_the_line()
    {
        var module = Compiled.Module(
            """
            a OBJECT IDENTIFIER ::= -- one -- { test 1 } -- two
            -- text -- and more prose behind it
            ------- a rule with words
            -----------------------------------------------------------------
            b OBJECT IDENTIFIER ::= { test -- the parent -- 2 }
            """);
        module.Get("a").Oid.Should().Be(Root + ".1");
        module.Get("b").Oid.Should().Be(Root + ".2");
        module.Diagnostics.Should().BeEmpty();
    }

    [Fact]
    public void Line_ends_control_z_and_bytes_of_other_code_pages_do_no_harm()
    {
        var result = Compiled.Text("Q-MIB DEFINITIONS ::= BEGIN\r\nIMPORTS enterprises FROM SNMPv2-SMI;\r\nq OBJECT-TYPE\r\n\tSYNTAX INTEGER\r\n\tACCESS read-only\r\n\tSTATUS mandatory\r\n\tDESCRIPTION \"gr\u00fc\u00df \u0096 dich\"\r\n\t::= { enterprises 99999 7 }\r\nEND\r\n\u001a");
        var module = result.Modules.Should().ContainSingle().Subject;
        module.Diagnostics.Should().BeEmpty();
        module.Get("q").Description.Should().Be("grüß – dich");
        module.Get("q").Line.Should().Be(3);
    }

    [Fact]
    public void Underscores_capitals_and_leading_digits_in_names_are_read()
    {
        var module = Compiled.Module($$"""
            My_Node OBJECT IDENTIFIER ::= { test 1 }
            Upper OBJECT-TYPE SYNTAX INTEGER { 10M(1), a_b(2) } {{Clauses}} ::= { My_Node 2 }
            """);
        module.Get("Upper").Oid.Should().Be(Root + ".1.2");
        module.Get("Upper").Syntax!.Labels.Should().Equal(new MibLabel("10M", 1), new MibLabel("a_b", 2));
    }

    [Fact]
    public void Trailing_missing_and_doubled_commas_are_read()
    {
        var module = Compiled.Module($$"""
            a OBJECT-TYPE SYNTAX INTEGER { up(1), down(2), } {{Clauses}} ::= { test 1 }
            b OBJECT-TYPE SYNTAX INTEGER { up(1) down(2),, other(3) } {{Clauses}} ::= { test 2 }
            Row ::= SEQUENCE { c INTEGER,, d INTEGER, }
            """);
        module.Get("a").Syntax!.Labels.Should().HaveCount(2);
        module.Get("b").Syntax!.Labels.Should().HaveCount(3);
    }

    [Fact]
    public void Imports_without_a_semicolon_end_at_the_first_definition()
    {
        var module = Compiled.Text("T-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM RFC1155-SMI OBJECT-TYPE FROM RFC-1212\nt OBJECT IDENTIFIER ::= { enterprises 99999 }\nEND").Modules.Single();
        module.Get("t").Oid.Should().Be(Root);
        module.Imports.Select(i => i.Module).Should().Equal("RFC1155-SMI", "RFC-1212");
        module.Said().Should().ContainSingle().Which.Should().Contain("semicolon");
    }

    [Fact]
    public void Old_words_in_new_modules_are_understood()
    {
        var module = Compiled.Module("a OBJECT-TYPE SYNTAX Counter ACCESS read-only STATUS mandatory DESCRIPTION \"x\" ::= { test 1 }");
        module.Get("a").Syntax!.BaseType.Should().Be(MibBaseType.Counter32);
        module.Get("a").Access.Should().Be("read-only");
        module.Get("a").Status.Should().Be("current");
    }

    [Fact]
    public void A_trap_stands_below_its_enterprise_and_zero()
    {
        var module = Compiled.Module("t TRAP-TYPE ENTERPRISE test VARIABLES { ifIndex } DESCRIPTION \"x\" ::= 7", "ifIndex FROM IF-MIB TRAP-TYPE FROM RFC-1215");
        module.Get("t").Oid.Should().Be(Root + ".0.7");
        module.Get("t").Kind.Should().Be(MibKind.Notification);
        module.Get("t").Objects.Should().Equal("ifIndex");
    }

    [Fact]
    public void What_an_agent_can_do_stands_at_its_own_place_and_its_variations_are_not_its_own()
    {
        var module = Compiled.Module(
            """
            testAgent AGENT-CAPABILITIES PRODUCT-RELEASE "Example 4.2" STATUS current DESCRIPTION "What it can."
                SUPPORTS IF-MIB INCLUDES { ifGeneralInformationGroup }
                    VARIATION ifAdminStatus SYNTAX INTEGER { up(1) } WRITE-SYNTAX INTEGER { up(1) } ACCESS read-only CREATION-REQUIRES { ifIndex } DEFVAL { up } DESCRIPTION "Never down."
                SUPPORTS NOBODY-MIB INCLUDES { nothing }
                ::= { test 7 }
            after OBJECT IDENTIFIER ::= { test 8 }
            """, "AGENT-CAPABILITIES FROM SNMPv2-CONF");
        var agent = module.Get("testAgent");
        (agent.Kind, agent.Oid, agent.Status, agent.Description, agent.Access, agent.Syntax).Should().Be((MibKind.Capabilities, "1.3.6.1.4.1.99999.7", "current", "What it can.", null, null));
        module.Get("after").Oid.Should().Be("1.3.6.1.4.1.99999.8");
        module.Diagnostics.Should().BeEmpty();
    }

    [Fact]
    public void Macro_bodies_are_stepped_over()
    {
        var module = Compiled.Module("OBJECT-TYPE MACRO ::= BEGIN TYPE NOTATION ::= \"SYNTAX\" type VALUE NOTATION ::= value(VALUE ObjectName) END\na OBJECT IDENTIFIER ::= { test 1 }");
        module.Get("a").Oid.Should().Be(Root + ".1");
        module.Diagnostics.Should().BeEmpty();
    }

    [Theory]
    [InlineData("{ iso org(3) dod(6) 9 }", "1.3.6.9")]
    [InlineData("{ 1 3 6 1 }", "1.3.6.1")]
    [InlineData("{ test 1 2 }", Root + ".1.2")]
    [InlineData("{ iso(1) org(3) dod(6) internet(1) private(4) enterprises(1) 5 }", "1.3.6.1.4.1.5")]
    [InlineData("{ SNMPv2-SMI.enterprises 5 }", "1.3.6.1.4.1.5")]
    [InlineData("{ later 5 }", Root + ".9.5")]
    public void Object_identifiers_in_all_their_forms(string text, string expected)
    {
        Compiled.Module($"a OBJECT IDENTIFIER ::= {text}\nlater OBJECT IDENTIFIER ::= {{ test 9 }}").Get("a").Oid.Should().Be(expected);
    }

    [Fact]
    public void A_name_given_in_passing_is_a_node()
    {
        Compiled.Module("a OBJECT IDENTIFIER ::= { test products(4) 1 }\nb OBJECT IDENTIFIER ::= { products 2 }").Get("b").Oid.Should().Be(Root + ".4.2");
    }

    [Fact]
    public void Empty_sequences_empty_lists_bits_without_names_and_odd_defaults_lose_nothing()
    {
        var module = Compiled.Module($$"""
            Empty ::= SEQUENCE { }
            a OBJECT-TYPE SYNTAX BITS {{Clauses}} DEFVAL {{{"{ { } }"}}} ::= { test 1 }
            n NOTIFICATION-TYPE OBJECTS { } STATUS current DESCRIPTION "x" ::= { test 2 }
            b OBJECT-TYPE SYNTAX OCTET STRING {{Clauses}} DEFVAL { ''H } ::= { test 3 }
            """);
        module.Get("a").Syntax!.BaseType.Should().Be(MibBaseType.Bits);
        module.Get("n").Oid.Should().Be(Root + ".2");
        module.Get("b").DefaultValue.Should().Be("''H");
        module.Diagnostics.Where(d => d.Severity == MibSeverity.Error).Should().BeEmpty();
    }

    [Fact]
    public void Ranges_may_be_negative_hex_or_as_wide_as_the_wire()
    {
        var module = Compiled.Module($"a OBJECT-TYPE SYNTAX Integer32 (-40..'7F'h | 4294967295) {Clauses} ::= {{ test 1 }}");
        module.Get("a").Syntax!.Ranges.Should().Equal(new MibRange(-40, 127), new MibRange(4294967295, 4294967295));
    }

    [Fact]
    public void Several_modules_of_one_file_are_all_compiled_whatever_the_file_is_called()
    {
        var result = Compiled.Text("A-MIB DEFINITIONS ::= BEGIN IMPORTS b FROM B-MIB; a OBJECT IDENTIFIER ::= { b 1 } END\nB-MIB DEFINITIONS ::= BEGIN b OBJECT IDENTIFIER ::= { 1 3 6 1 4 1 99999 } END", "other.txt");
        result.Modules.Select(m => m.Name).Should().Equal("A-MIB", "B-MIB");
        result.Modules[0].Get("a").Oid.Should().Be(Root + ".1");
    }

    [Fact]
    public void A_bad_definition_loses_only_itself()
    {
        var module = Compiled.Module($$"""
            a OBJECT-TYPE SYNTAX INTEGER {{Clauses}} ::= { test 1 }
            lost OBJECT-TYPE SYNTAX ((( INTEGER ] STATUS
            b OBJECT-TYPE SYNTAX INTEGER {{Clauses}} ::= { test 2 }
            """);
        module.Definitions.Select(d => d.Name).Should().Equal("test", "a", "b");
        module.Diagnostics.Should().Contain(d => d.Line == 5 && d.Severity == MibSeverity.Error && d.File == "test.mib");
    }

    [Fact]
    public void Well_known_names_are_found_without_an_import()
    {
        var module = Compiled.Text($"W-MIB DEFINITIONS ::= BEGIN w OBJECT-TYPE SYNTAX DisplayString {Clauses} ::= {{ enterprises 99999 }} END").Modules.Single();
        module.Get("w").Oid.Should().Be(Root);
        module.Get("w").Syntax.Should().Match<MibSyntax>(s => s.BaseType == MibBaseType.OctetString && s.TypeName == "DisplayString" && s.DisplayHint == "255a");
        module.Diagnostics.Should().OnlyContain(d => d.Severity == MibSeverity.Warning && d.Message.Contains("not imported", StringComparison.Ordinal));
    }

    [Fact]
    public void Tables_rows_columns_and_their_index_are_told_apart()
    {
        var module = Compiled.Module($$"""
            tTable OBJECT-TYPE SYNTAX SEQUENCE OF TEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "x" ::= { test 1 }
            tEntry OBJECT-TYPE SYNTAX TEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "x" INDEX { ifIndex, IMPLIED tName } ::= { tTable 1 }
            TEntry ::= SEQUENCE { tName DisplayString, tValue Gauge32 }
            tName OBJECT-TYPE SYNTAX DisplayString (SIZE (1..16)) MAX-ACCESS not-accessible STATUS current DESCRIPTION "x" ::= { tEntry 1 }
            tValue OBJECT-TYPE SYNTAX Gauge32 UNITS "dBm" {{Clauses}} ::= { tEntry 2 }
            uEntry OBJECT-TYPE SYNTAX UEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "x" AUGMENTS { tEntry } ::= { test 2 }
            UEntry ::= SEQUENCE { }
            """, "ifIndex FROM IF-MIB DisplayString FROM SNMPv2-TC Gauge32 FROM SNMPv2-SMI");
        module.Get("tTable").Kind.Should().Be(MibKind.Table);
        module.Get("tEntry").Kind.Should().Be(MibKind.Row);
        module.Get("tEntry").Index.Should().Equal(new MibIndex("ifIndex", "IF-MIB", false), new MibIndex("tName", "TEST-MIB", true));
        module.Get("tValue").Kind.Should().Be(MibKind.Column);
        module.Get("tValue").Units.Should().Be("dBm");
        module.Get("uEntry").Augments.Should().Be(new MibIndex("tEntry", "TEST-MIB", false));
        module.Diagnostics.Should().BeEmpty();
    }
}
