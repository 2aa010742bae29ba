using System.Text;
using DeviceConsole.Core.DataModels;
using DeviceConsole.Protocols.BbfDataModel;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Protocols.BbfDataModel;

/// <summary>Published models against their publisher's counts, and what a document may not do.</summary>
public sealed class BbfDataModelReaderTests
{
    private readonly BbfDataModelReader reader = new();

    [Theory]
    [InlineData("tr-181-2-16-0-usp-full.zip", "Device:2.16", 669, 5320, 108, 17)]
    [InlineData("tr-181-2-17-0-cwmp-full.zip", "Device:2.17", 790, 6483, 0, 0)]
    [InlineData("tr-181-2-19-1-usp.zip", "Device:2.19", 822, 6758, 177, 53)]
    public void A_published_model_has_all_its_objects_parameters_commands_and_events(string file, string name, int objects, int parameters, int commands, int events)
    {
        var reading = reader.Read(BbfFiles.Published(file), default);

        reading.Error.Should().BeNull();
        var model = reading.Models.Should().ContainSingle().Subject;
        (model.Name, model.Root).Should().Be((name, "Device."));
        (model.Count(ModelNodeKind.Object), model.Count(ModelNodeKind.Parameter), model.Count(ModelNodeKind.Command), model.Count(ModelNodeKind.Event))
            .Should().Be((objects, parameters, commands, events));
        model.Nodes.Select(n => n.Path).Should().OnlyHaveUniqueItems();
        model.Nodes.Should().NotContain(n => n.Description.Contains("{{"));
        model.Nodes.Where(n => n.Kind == ModelNodeKind.Parameter).Should().OnlyContain(n => n.Type != null);
    }

    [Theory]
    [InlineData("tr-181-2-16-0-usp-full.zip")]
    [InlineData("tr-181-2-19-1-usp.zip")]
    public void Types_access_units_and_keys_are_those_of_the_standard(string file)
    {
        var index = new DataModelIndex(reader.Read(BbfFiles.Published(file), default).Models[0]);

        var channel = index.Find("Device.WiFi.Radio.2.Channel")!;
        (channel.Access, channel.Type!.Base).Should().Be(("readWrite", "unsignedInt"));
        channel.Type.Ranges.Should().Equal(new ModelRange(1, 255, null));
        channel.Description.Should().StartWith("The current radio channel used by the connection.").And.Contain("\n\nNote: Valid Channel values depend on");

        var address = index.Find("Device.IP.Interface.1.IPv4Address.3.IPAddress")!.Type!;
        (address.Base, address.Named).Should().Be(("string", "IPv4Address"));
        address.Sizes.Should().Equal(new ModelSize(null, 15));

        var passphrase = index.Find("Device.WiFi.AccessPoint.1.Security.KeyPassphrase")!.Type!;
        passphrase.IsHidden.Should().BeTrue();
        passphrase.Sizes.Should().Equal(new ModelSize(8, 63));

        var bytes = index.Find("Device.Ethernet.Interface.1.Stats.BytesSent")!.Type!;
        bytes.Base.Should().Be("unsignedLong");
        index.Find("Device.DeviceInfo.ProcessStatus.CPUUsage")!.Type!.Units.Should().Be("percent");

        index.Find("Device.WiFi.Radio.1.Status")!.Type!.Choices.Select(c => c.Value).Should().Equal("Up", "Down", "Unknown", "Dormant", "NotPresent", "LowerLayerDown", "Error");
        index.Find("Device.NAT.PortMapping.1.Protocol")!.Type!.Choices.Select(c => c.Value).Should().StartWith(["TCP", "UDP"]);

        var mapping = index.Find("Device.NAT.PortMapping.")!;
        mapping.Should().BeEquivalentTo(new { Path = "Device.NAT.PortMapping.{i}.", IsTable = true, IsWritable = true, MinEntries = 0, MaxEntries = (int?)null, NumEntriesParameter = "PortMappingNumberOfEntries", EnableParameter = "Enable" });
        mapping.UniqueKeys.Should().ContainEquivalentOf(new[] { "Alias" });

        var ping = index.Find("Device.IP.Diagnostics.IPPing()")!;
        ping.IsAsync.Should().BeTrue();
        ping.Inputs.Select(i => i.Path).Should().Contain(["Host", "NumberOfRepetitions"]);
        ping.Outputs.Select(o => o.Path).Should().Contain("AverageResponseTime");
    }

    [Fact]
    public void A_component_of_another_document_is_unfolded_where_it_is_referred_to()
    {
        var reading = reader.Read(
            [
                BbfFiles.Document("acme-1-0.xml", "urn:acme:acme-1-0",
                    """
                    <import file="parts.xml" spec="urn:acme:parts-1"><component name="Named" ref="_Named"/><dataType name="Word"/></import>
                    <model name="Acme:1.0"><object name="Acme." access="readOnly" minEntries="1" maxEntries="1"><parameter name="Mode" access="readWrite"><syntax><dataType ref="Word"/></syntax></parameter>
                    </object><object name="Acme.Box.{i}." access="readWrite" minEntries="0" maxEntries="unbounded"><component ref="Named" path="Deep."/></object></model>
                    """),
                BbfFiles.Document("parts-1-3.xml", "urn:acme:parts-1-3",
                    """
                    <dataType name="Word"><list maxItems="3"/><string><size maxLength="8"/><enumeration value="on"><description>  It ''is''
                    {{bibref|X|Part 1}}.  </description></enumeration></string></dataType>
                    <component name="_Named"><parameter name="Name" access="readWrite"><description>Of {{object}}: {{param}}</description><syntax><string/><default type="object" value="box"/></syntax></parameter></component>
                    """),
                BbfFiles.Document("parts-1-2.xml", "urn:acme:parts-1-2", "<component name='Other'/>"),
            ], default);

        reading.Error.Should().BeNull();
        var index = new DataModelIndex(reading.Models.Single());
        index.Find("Acme.Mode")!.Type.Should().BeEquivalentTo(new ModelType("string")
        {
            Named = "Word", IsList = true, MaxItems = 3, Sizes = [new ModelSize(null, 8)], Choices = [new ModelChoice("on", "It is [X Part 1].")],
        });
        var name = index.Find("Acme.Box.7.Deep.Name")!;
        name.Type!.Default.Should().Be("box");
        name.Description.Should().Be("Of Deep: Name");
    }

    [Fact]
    public void A_model_that_extends_another_changes_what_is_there()
    {
        var reading = reader.Read([BbfFiles.Document("x.xml", "urn:x", """
            <model name="_X:1"><object name="X." access="readOnly"><parameter name="A" access="readOnly"><description>Old.</description><syntax><string><enumeration value="a"/></string></syntax></parameter></object></model>
            <model name="X:1" base="_X:1"><object base="X."><parameter base="A" access="readWrite" status="deprecated"><description action="append">New.</description><syntax><string><enumeration value="b"/></string></syntax></parameter><parameter name="B" access="readOnly"><syntax><int/></syntax></parameter></object></model>
            """)], default);

        var model = reading.Models.Single(m => m.Name == "X:1");
        model.Nodes.Select(n => n.Path).Should().Equal("X.", "X.A", "X.B");
        model.Nodes[1].Should().BeEquivalentTo(new { Access = "readWrite", Status = "deprecated", Description = "Old.\n\nNew." });
        model.Nodes[1].Type!.Choices.Select(c => c.Value).Should().Equal("a", "b");
    }

    [Fact]
    public void What_is_imported_and_missing_is_named()
    {
        var reading = reader.Read([BbfFiles.Document("x.xml", "urn:x", """<import file="tr-181-2-wifi.xml" spec="urn:y:tr-181-2-19-wifi"><component name="W"/></import><model name="X:1"><component ref="W"/></model>""")], default);

        reading.Error!.Message.Should().Be("It imports from tr-181-2-wifi.xml, which is not among the files. Upload them together, for example as one zip.");
    }

    [Theory]
    [InlineData("<model name='X:1'><object name='X.'><component ref='A'/></object></model><component name='A'><component ref='B'/></component><component name='B'><component ref='A'/></component>", "circle")]
    [InlineData("<model name='X:1'><object name='X.'><parameter name='P'><syntax><dataType ref='A'/></syntax></parameter></object></model><dataType name='A' base='B'/><dataType name='B' base='A'/>", "circle")]
    [InlineData("<model name='X:1' base='Y:1'><object name='X.'/></model><model name='Y:1' base='X:1'><object name='X.'/></model>", "circle")]
    [InlineData("<model name='X:1'><object name='X.'><component ref='A'/></object></model>", "no component called 'A'")]
    [InlineData("<model name='X:1'><object/></model>", "has no name")]
    [InlineData("<model name='X:1'><object name='X Y.'/></model>", "is no path")]
    [InlineData("<model name='X:1'/>", "holds no objects")]
    [InlineData("<component name='A'/>", "no model in it")]
    [InlineData("<model name='X:1'><object name='X.'></model>", "not well-formed")]
    public void A_wrong_document_is_refused_in_a_sentence(string inside, string sentence) =>
        reader.Read([BbfFiles.Document("x.xml", "urn:x", inside)], default).Error!.Message.Should().Contain(sentence);

    [Fact]
    public void Documents_that_import_each_other_in_a_circle_are_refused()
    {
        DataModelFile Document(string me, string other) =>
            BbfFiles.Document($"{me}.xml", $"urn:{me}", $"<import file='{other}.xml' spec='urn:{other}'><component name='C'/></import><model name='{me}:1'><object name='{me}.'><component ref='C'/></object></model>");

        reader.Read([Document("a", "b"), Document("b", "a")], default).Error!.Message.Should().Be("The documents import each other in a circle.");
        reader.Read([Document("a", "b"), Document("b", "c"), Document("c", "b")], default).Error!.Message.Should().Contain("imported in a circle");
    }

    [Theory]
    [InlineData("<!DOCTYPE d [<!ENTITY a \"x\"><!ENTITY b \"&a;&a;&a;&a;\">]>")]
    [InlineData("<!DOCTYPE d [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>")]
    [InlineData("<!DOCTYPE d [<!ENTITY % a \"x\"> %a;]>")]
    [InlineData("<!DOCTYPE d SYSTEM \"http://192.0.2.1/x.dtd\">")]
    [InlineData("<!DOCTYPE d [<!ATTLIST d a CDATA \"x\">]>")]
    public void A_document_type_declaration_is_refused(string declaration)
    {
        var text = declaration + """<dm:document xmlns:dm="urn:x" spec="urn:x"><model name="X:1"><object name="X."><description>&a;</description></object></model></dm:document>""";

        reader.Read([new DataModelFile("x.xml", Encoding.UTF8.GetBytes(text))], default).Error!.Message.Should().Be("The document declares a DTD, which is not accepted.");
    }

    [Fact]
    public void Plain_entities_as_the_types_of_TR_106_use_them_are_replaced()
    {
        var type = new DataModelIndex(reader.Read(BbfFiles.Published("tr-181-2-19-1-usp.zip"), default).Models[0]).Find("Device.IP.Interface.1.IPv4Address.1.IPAddress")!.Type!;

        type.Patterns.Should().Contain(@"((25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])");
    }

    [Fact]
    public void Nested_tags_and_bombs_end_in_a_sentence_at_once()
    {
        var before = Processor.Time;
        reader.Read([BbfFiles.Document("deep.xml", "urn:x", string.Concat(Enumerable.Repeat("<a>", 100_000)))], default).Error!.Message.Should().Contain("nested deeper");
        reader.Read([new DataModelFile("large.xml", new byte[17 * 1024 * 1024])], default).Error!.Message.Should().Contain("larger than");
        // Each component holds ten of the next: ten to the twelfth, if it were let.
        var levels = string.Concat(Enumerable.Range(0, 12).Select(i => $"<component name='C{i}'>{string.Concat(Enumerable.Range(0, 10).Select(k => $"<component ref='C{i + 1}' path='P{k}.'/>"))}</component>"));
        reader.Read([BbfFiles.Document("wide.xml", "urn:x", $"<model name='X:1'><object name='X.'><component ref='C0'/></object></model>{levels}<component name='C12'><parameter name='P'/></component>")], default)
            .Error!.Message.Should().Be("The model has more than 50,000 entries.");
        (Processor.Time - before).Should().BeLessThan(TimeSpan.FromSeconds(10));
    }
}
