using DeviceConsole.Core;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Web.Components.Shared;
using DeviceConsole.Web.Components.Shared.Forms;

namespace DeviceConsole.Tests.Components;

public sealed class DescriptorFormTests
{
    private static readonly FieldDescriptor Table = new("values", "Values", FieldKind.Rows)
    {
        Required = true,
        Columns = [new("oid", "OID", FieldKind.Text) { Required = true, IsPath = true }, new("type", "Type", FieldKind.Choice) { Default = "s", Required = true, Choices = [new("s", "Text"), new("i", "Integer")] }],
    };

    private static readonly FieldDescriptor[] Fields =
    [
        new("host", "Host", FieldKind.Text) { Required = true, Placeholder = "192.0.2.10", Help = "An address." },
        new("port", "Port", FieldKind.Number) { Default = "161", Minimum = 1, Maximum = 65_535 },
        new("fast", "Fast", FieldKind.Toggle) { Default = "true" },
        new("version", "Version", FieldKind.Choice) { Default = "v2c", Required = true, Choices = [new("v2c", "SNMP v2c"), new("v1", "SNMP v1")] },
        new("oids", "OIDs", FieldKind.List) { IsPath = true },
        Table,
    ];

    private readonly FieldValues values = FieldValues.Empty(Fields);

    [Fact]
    public async Task Every_kind_of_field_gets_its_control_with_label_default_and_help()
    {
        var form = await RenderAsync();

        form.Input("host").Name.Should().Be("input");
        form.Input("host")["placeholder"].Should().Be("192.0.2.10");
        form.Input("host")["aria-required"].Should().Be("true");
        form.Input("port")["value"].Should().Be("161");
        form.Input("port")["inputmode"].Should().Be("numeric");
        form.Input("fast")["type"].Should().Be("checkbox");
        form.Input("fast")["checked"].Should().Be("True");
        form.Input("version").Name.Should().Be("select");
        form.Input("oids").Name.Should().Be("textarea");
        form.Input("oids").HasClass("mono").Should().BeTrue("paths are shown in monospace");
        form.Input("values[0].oid").Name.Should().Be("input", "a table that is required starts with one row");
        form.One(e => e["for"] == form.Input("host")["id"]).Name.Should().Be("label");
        form.Html.Should().Contain("An address.").And.Contain("SNMP v1");
    }

    [Fact]
    public async Task What_is_entered_travels_as_json_of_the_right_kind()
    {
        var form = await RenderAsync();

        await form.ChangeAsync("host", "192.0.2.1");
        await form.ChangeAsync("port", "1161");
        await form.ChangeAsync("fast", false);
        await form.ChangeAsync("version", "v1");
        await form.ChangeAsync("oids", "1.3.6.1\n\n  1.3.6.2  \n");
        await form.ChangeAsync("values[0].oid", "1.3.6.1.2.1.1.5.0");

        values.ToJson().ToJsonString().Should().Be(
            """{"host":"192.0.2.1","port":1161,"fast":false,"version":"v1","oids":["1.3.6.1","1.3.6.2"],"values":[{"oid":"1.3.6.1.2.1.1.5.0","type":"s"}]}""");
    }

    [Fact]
    public async Task Rows_are_added_and_removed_without_mixing_up_what_stands_in_the_others()
    {
        var form = await RenderAsync();
        await form.ChangeAsync("values[0].oid", "first");
        await form.ClickAsync(e => e["data-draft-adds"] == "values");
        await form.ChangeAsync("values[1].oid", "second");

        await form.ClickAsync(e => e["aria-label"] == "Remove row 1");

        values.Rows(Table).Should().ContainSingle().Which["oid"].Should().Be("second");
        form.Input("values[0].oid")["value"].Should().Be("second");
    }

    [Fact]
    public async Task A_sentence_stands_at_the_field_that_it_is_about()
    {
        var problem = Problem.Invalid([new FieldError("host", "Host is needed."), new FieldError("oids[2]", "Item 3 is empty."), new FieldError("values[0].oid", "OID is needed.")]);

        var form = await RenderAsync(problem);

        form.Input("host")["aria-invalid"].Should().Be("true");
        form.Input("host")["aria-describedby"].Should().Be(form.Input("host")["id"] + "-error");
        form.One(e => e["id"] == form.Input("host")["id"] + "-error")["role"].Should().Be("alert");
        form.Input("oids")["aria-invalid"].Should().Be("true", "an item's error belongs to its list");
        form.Input("values[0].oid")["aria-invalid"].Should().Be("true");
        form.Input("port")["aria-invalid"].Should().BeNull();
        form.Html.Should().Contain("Host is needed.").And.Contain("Item 3 is empty.").And.Contain("OID is needed.").And.NotContain("An address.");
    }

    [Fact]
    public async Task A_number_that_is_none_stays_as_typed_and_is_refused_at_its_field()
    {
        var form = await RenderAsync();

        await form.ChangeAsync("port", "abc");

        form.Input("port")["value"].Should().Be("abc");
        DescriptorValidator.Check(Fields, values.ToJson()).Should().Contain(e => e.Field == "port" && e.Message == "Port is a whole number.");
    }

    [Fact]
    public void Stored_values_come_back_as_they_were()
    {
        var stored = System.Text.Json.Nodes.JsonNode.Parse("""{"host":"h","fast":false,"oids":["a","b"],"values":[{"oid":"x","type":"i"}]}""")!.AsObject();

        var read = FieldValues.From(Fields, stored);

        read["port"].Should().BeEmpty("a default is for new forms only");
        read.ToJson().ToJsonString().Should().Be("""{"host":"h","fast":false,"oids":["a","b"],"values":[{"oid":"x","type":"i"}]}""");
    }

    private Task<ComponentHost> RenderAsync(Problem? problem = null) =>
        ComponentHost.RenderAsync<DescriptorForm>(ComponentHost.Services(), ("Values", values), ("Problem", problem));
}
