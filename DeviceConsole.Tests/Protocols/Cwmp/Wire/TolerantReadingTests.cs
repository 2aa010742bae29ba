using System.Text;
using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;

namespace DeviceConsole.Tests.Protocols.Cwmp.Wire;

/// <summary>What devices in the field do to XML, one test each.</summary>
public sealed class TolerantReadingTests
{
    private const string Soap = "http://schemas.xmlsoap.org/soap/envelope/";

    [Theory]
    [InlineData("soap")]
    [InlineData("SOAP-ENV")]
    [InlineData("soap_env")]
    [InlineData("s")]
    public void Any_prefix_will_do(string prefix)
    {
        var message = Read($"<{prefix}:Envelope xmlns:{prefix}='{Soap}' xmlns:x='urn:dslforum-org:cwmp-1-1'><{prefix}:Header><x:ID>7</x:ID></{prefix}:Header><{prefix}:Body><x:RebootResponse/></{prefix}:Body></{prefix}:Envelope>");

        (message.Id, message.Namespace).Should().Be(("7", "urn:dslforum-org:cwmp-1-1"));
        message.Message.Should().BeOfType<RebootResponse>();
    }

    [Fact]
    public void No_prefix_at_all_will_do() =>
        Read($"<Envelope xmlns='{Soap}'><Body><RebootResponse xmlns='urn:dslforum-org:cwmp-1-3'/></Body></Envelope>")
            .Should().Match<CwmpEnvelope>(e => e.Namespace == "urn:dslforum-org:cwmp-1-3" && e.Message is RebootResponse);

    [Theory]
    [InlineData(" xmlns:cwmp='urn:dslforum-org:cwmp-1-2'", "", "")]
    [InlineData("", " xmlns:cwmp='urn:dslforum-org:cwmp-1-2'", "")]
    [InlineData("", "", " xmlns:cwmp=\"urn:dslforum-org:cwmp-1-2\"")]
    public void Namespaces_are_declared_on_the_envelope_the_body_or_the_message(string envelope, string body, string message) =>
        Read($"<e:Envelope{envelope}><e:Body{body}><cwmp:FactoryResetResponse{message}/></e:Body></e:Envelope>").Namespace.Should().Be("urn:dslforum-org:cwmp-1-2");

    [Fact]
    public void An_unknown_version_of_CWMP_is_answered_in_its_own_namespace() =>
        Read("<e:Envelope xmlns:cwmp='urn:dslforum-org:cwmp-1-9'><e:Body><cwmp:RebootResponse/></e:Body></e:Envelope>").Namespace.Should().Be("urn:dslforum-org:cwmp-1-9");

    [Fact]
    public void Types_of_the_schema_of_1999_are_types() =>
        Value("<Value xmlns:xsd='http://www.w3.org/1999/XMLSchema' xmlns:xsi='http://www.w3.org/1999/XMLSchema-instance' xsi:type='xsd:unsignedInt'>5</Value>")
            .Should().Be(new ParameterValueStruct("Device.A", "5", "unsignedInt"));

    [Fact]
    public void Control_characters_in_a_text_are_taken() => Value("<Value xsi:type='xsd:string'>a\u0001b&#x1F;c</Value>").Value.Should().Be("a\u0001b\u001Fc");

    [Fact]
    public void A_nul_character_is_left_out() => Value("<Value>a&#0;b\0c</Value>").Value.Should().Be("abc");

    [Fact]
    public void A_value_that_is_missing_is_null() => Value("").Value.Should().BeNull();

    [Theory]
    [InlineData("<Value>x</Value>")]
    [InlineData("<Value xsi:type='xsd:'>x</Value>")]
    [InlineData("<Value xsi:type=''>x</Value>")]
    [InlineData("<Value xsi:type>x</Value>")]
    public void A_value_without_a_type_is_a_string(string value) => Value(value).Should().Be(new ParameterValueStruct("Device.A", "x", "string"));

    [Theory]
    [InlineData("SOAP-ENV")]
    [InlineData("soapenv")]
    [InlineData("ns3")]
    public void A_fault_under_any_prefix_is_a_fault(string prefix)
    {
        var fault = Read($"<e:Envelope><e:Body><{prefix}:Fault><faultcode>Client</faultcode><faultstring>CWMP fault</faultstring><detail><c:Fault xmlns:c='urn:dslforum-org:cwmp-1-0'><FaultCode>9003</FaultCode><FaultString>Invalid arguments</FaultString><SetParameterValuesFault><ParameterName>Device.X</ParameterName><FaultCode>9006</FaultCode><FaultString>Type</FaultString></SetParameterValuesFault></c:Fault></detail></{prefix}:Fault></e:Body></e:Envelope>")
            .Message.Should().BeOfType<CwmpFault>().Subject;

        (fault.Code, fault.Text).Should().Be((9003, "Invalid arguments"));
        fault.Parameters.Should().Equal(new ParameterFault("Device.X", 9006, "Type"));
    }

    [Fact]
    public void A_fault_without_details_keeps_what_it_says() =>
        Read("<e:Envelope><e:Body><e:Fault><faultcode>Server</faultcode><faultstring>out of memory</faultstring></e:Fault></e:Body></e:Envelope>")
            .Message.Should().BeOfType<CwmpFault>().Which.Text.Should().Be("out of memory");

    [Fact]
    public void Neither_a_header_nor_an_ID_is_needed()
    {
        Read("<e:Envelope><e:Body><c:RebootResponse/></e:Body></e:Envelope>").Id.Should().BeNull();
        Read("<e:Envelope><e:Header/><e:Body><c:RebootResponse/></e:Body></e:Envelope>").Id.Should().BeNull();
    }

    [Fact]
    public void An_ID_with_markup_in_it_is_echoed_escaped()
    {
        var id = Read("<e:Envelope><e:Header><c:ID e:mustUnderstand='1'>a&amp;b&lt;c%20&quot;</c:ID></e:Header><e:Body><c:RebootResponse/></e:Body></e:Envelope>").Id;
        id.Should().Be("a&b<c%20\"");

        var answer = Encoding.UTF8.GetString(new CwmpEnvelope(new InformResponse(1)) { Id = id }.Write().Span);
        answer.Should().Contain(">a&amp;b&lt;c%20&quot;</cwmp:ID>");
    }

    [Fact]
    public void An_address_with_a_bare_ampersand_is_taken() =>
        Value("<Value xsi:type='xsd:string'>http://h/?a=1&b=2&amp;c=3&nosuch;</Value>").Value.Should().Be("http://h/?a=1&b=2&c=3&nosuch;");

    [Fact]
    public void CDATA_is_text() => Value("<Value xsi:type='xsd:string'><![CDATA[<a> & b]]></Value>").Value.Should().Be("<a> & b");

    [Fact]
    public void A_text_in_pieces_is_one_text() =>
        Value("<Value xsi:type='xsd:string'>one<!-- two -->&amp;<![CDATA[three]]><?four?>\u20AC</Value>").Value.Should().Be("one&three\u20AC");

    [Fact]
    public void A_wrong_count_in_an_array_type_changes_nothing() =>
        ((GetParameterNamesResponse)Read("<e:Envelope><e:Body><c:GetParameterNamesResponse><ParameterList e:arrayType='cwmp:ParameterInfoStruct[99]'><ParameterInfoStruct><Name>Device.</Name><Writable>0</Writable></ParameterInfoStruct></ParameterList></c:GetParameterNamesResponse></e:Body></e:Envelope>").Message)
            .Names.Should().ContainSingle();

    [Fact]
    public void An_answer_begins_with_a_declaration_only_where_the_device_uses_one()
    {
        var without = Read("<e:Envelope><e:Body><c:RebootResponse/></e:Body></e:Envelope>");
        without.HasDeclaration.Should().BeFalse();
        (without with { Message = new InformResponse(1) }).Write().Span.StartsWith("<soap-env:Envelope"u8).Should().BeTrue();
        Read("\uFEFF<?xml version='1.0'?>\r\n <e:Envelope><e:Body><c:RebootResponse/></e:Body></e:Envelope>").HasDeclaration.Should().BeTrue();
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_are_taken_for_ISO_8859_1()
    {
        byte[] head = [.. "<e:Envelope><e:Body><c:GetParameterValuesResponse><ParameterList><ParameterValueStruct><Name>Device.A</Name><Value>caf"u8, 0xE9];
        byte[] document = [.. head, .. "</Value></ParameterValueStruct></ParameterList></c:GetParameterValuesResponse></e:Body></e:Envelope>"u8];

        ((GetParameterValuesResponse)CwmpEnvelope.Read(document).Message).Parameters[0].Value.Should().Be("café");
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("iso-8859-1")]
    public void Documents_in_another_encoding_are_read(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        var text = $"<?xml version=\"1.0\" encoding=\"{name}\"?><e:Envelope><e:Header><c:ID>é</c:ID></e:Header><e:Body><c:RebootResponse/></e:Body></e:Envelope>";
        CwmpEnvelope.Read((byte[])[.. encoding.GetPreamble(), .. encoding.GetBytes(text)]).Id.Should().Be("é");
    }

    [Fact]
    public void White_space_around_names_codes_and_numbers_does_not_matter_but_within_texts_it_does()
    {
        var inform = (Inform)Read("<e:Envelope><e:Body><c:Inform><DeviceId><OUI>\n 00D09E </OUI></DeviceId><Event><EventStruct><EventCode> 1 BOOT\n</EventCode></EventStruct></Event><RetryCount> 12 </RetryCount><ParameterList><ParameterValueStruct><Name> Device.A </Name><Value xsi:type='xsd:string'> a </Value></ParameterValueStruct></ParameterList></c:Inform></e:Body></e:Envelope>").Message;

        (inform.DeviceId.Oui, inform.Events[0].Code, inform.RetryCount).Should().Be(("00D09E", "1", 12));
        inform.Parameters.Should().Equal(new ParameterValueStruct("Device.A", " a ", "string"));
    }

    [Theory]
    [InlineData("1 BOOT", "1")]
    [InlineData("10 AUTONOMOUS TRANSFER COMPLETE", "10")]
    [InlineData("14 HEARTBEAT", "14")]
    [InlineData("M Reboot", "M")]
    [InlineData("X 00D09E Alarm", "X")]
    [InlineData("", "")]
    public void The_code_of_an_event_is_all_before_its_first_space(string code, string expected) => new EventStruct(code, "").Code.Should().Be(expected);

    [Theory]
    [InlineData("2026-11-22T08:34:52.516Z", true)]
    [InlineData("2026-11-22T08:34:52", true)]
    [InlineData("0001-01-01T00:00:00Z", false)]
    [InlineData("yesterday", false)]
    [InlineData("", false)]
    public void Times_are_read_in_every_spelling_and_unknown_ones_are_none(string text, bool known) => CwmpText.ReadTime(text).HasValue.Should().Be(known);

    [Theory]
    [InlineData("boolean", "true", "1")]
    [InlineData("boolean", "False", "0")]
    [InlineData("boolean", "1", "1")]
    [InlineData("string", "true", "true")]
    [InlineData("dateTime", "2026-11-22T08:34:52.516Z", "2026-11-22T08:34:52Z")]
    [InlineData("dateTime", "soon.", "soon.")]
    public void Values_are_written_in_the_spelling_that_every_device_takes(string type, string value, string expected) => CwmpText.Canonical(type, value).Should().Be(expected);

    [Fact]
    public void A_method_that_nobody_knows_keeps_its_name() =>
        Read("<e:Envelope><e:Body><x:Surprise><a><b/></a></x:Surprise></e:Body></e:Envelope>").Message.Should().Be(new UnknownMessage("Surprise"));

    [Fact]
    public void The_headers_of_newer_versions_are_read()
    {
        var envelope = Read("<e:Envelope><e:Header><c:HoldRequests>1</c:HoldRequests><c:SessionTimeout>60</c:SessionTimeout><c:SupportedCWMPVersions>1.0,1.4</c:SupportedCWMPVersions><c:Other>x</c:Other></e:Header><e:Body><c:RebootResponse/></e:Body></e:Envelope>");

        (envelope.HoldRequests, envelope.SessionTimeout, envelope.SupportedVersions).Should().Be((true, 60, "1.0,1.4"));
    }

    internal static CwmpEnvelope Read(string xml) => CwmpEnvelope.Read(Encoding.UTF8.GetBytes(xml));

    private static ParameterValueStruct Value(string value) =>
        ((GetParameterValuesResponse)Read($"<e:Envelope><e:Body><c:GetParameterValuesResponse><ParameterList><ParameterValueStruct><Name>Device.A</Name>{value}</ParameterValueStruct></ParameterList></c:GetParameterValuesResponse></e:Body></e:Envelope>").Message)
        .Parameters.Should().ContainSingle().Subject;
}
