using System.Reflection;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;

namespace DeviceConsole.Tests.Protocols.Cwmp.Wire;

/// <summary>What is written is XML by the judgement of another parser, with the elements that TR-069 names, and is read back as it was.</summary>
public sealed class WrittenMessageTests
{
    private static readonly XNamespace Soap = "http://schemas.xmlsoap.org/soap/envelope/";
    private static readonly XNamespace Encoding11 = "http://schemas.xmlsoap.org/soap/encoding/";
    private static readonly XNamespace Cwmp = "urn:dslforum-org:cwmp-1-2";
    private static readonly XNamespace Xsi = "http://www.w3.org/2001/XMLSchema-instance";

    private static readonly CwmpMessage[] Samples =
    [
        new Inform(new DeviceIdStruct("A & B", "00D09E", "<box>", "S-1"), [new EventStruct("2 PERIODIC", "")], 1, "2026-01-01T00:00:00Z", 3, [new ParameterValueStruct("Device.A", "1", "unsignedInt")]),
        new InformResponse(1), new GetRPCMethods(), new GetRPCMethodsResponse(["Reboot", "Download"]),
        new TransferComplete("key", new TransferFault(9010, "no"), "0001-01-01T00:00:00Z", "2026-01-01T00:00:00Z"), new TransferCompleteResponse(),
        new AutonomousTransferComplete("http://a/", "http://t/?a=1&b=2", true, "1 Firmware Upgrade Image", 7, "f", TransferFault.None, "", ""), new AutonomousTransferCompleteResponse(),
        new DUStateChangeComplete([new DUStateChangeResult("u-1", "Device.SoftwareModules.DeploymentUnit.1.", "1.0", "Installed", "", TransferFault.None)], "key"), new DUStateChangeCompleteResponse(),
        new AutonomousDUStateChangeComplete([new DUStateChangeResult("u-2", "", "2", "Failed", "Update", new TransferFault(9021, "no"))]), new AutonomousDUStateChangeCompleteResponse(),
        new RequestDownload("2 Web Content", [("Version", "3.1"), ("Language", "de & en")]), new RequestDownloadResponse(), new Kicked("c", "r", "a", "http://n/"), new KickedResponse("http://n/"),
        new GetParameterNames("Device.", true), new GetParameterNamesResponse([new ParameterInfoStruct("Device.A", true)]),
        new GetParameterValues(["Device.", "Device.A"]), new GetParameterValuesResponse([new ParameterValueStruct("Device.A", "\"<&>'\r\n\t é €", "string")]),
        new SetParameterValues([new ParameterValueStruct("Device.A", "1", "boolean")], "k"), new SetParameterValuesResponse(1),
        new GetParameterAttributes(["Device.A"]), new GetParameterAttributesResponse([new ParameterAttributeStruct("Device.A", 2, ["Subscriber"])]),
        new SetParameterAttributes([new SetParameterAttributesStruct("Device.A", 2, null), new SetParameterAttributesStruct("Device.B", null, ["Subscriber"])]), new SetParameterAttributesResponse(),
        new AddObject("Device.T.", "k"), new AddObjectResponse(4, 0), new DeleteObject("Device.T.4.", "k"), new DeleteObjectResponse(1),
        new Download("key", "1 Firmware Upgrade Image", "http://h/f?a=1&b=2", "u", " p ", 10, "t", 5, "", ""), new DownloadResponse(1, CwmpText.UnknownTime, CwmpText.UnknownTime),
        new Upload("key", "2 Vendor Log File", "http://h/", "u", "p", 0), new UploadResponse(0, "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"),
        new Reboot("key"), new RebootResponse(), new FactoryReset(), new FactoryResetResponse(), new ScheduleInform(60, "key"), new ScheduleInformResponse(),
        new ScheduleDownload("key", "1 Firmware Upgrade Image", "http://h/f?a=1&b=2", "u", " p ", 10, "t", [new TimeWindowStruct(60, 3600, "1 At Any Time", "", 0), new TimeWindowStruct(7200, 9000, "4 Confirmation Needed", "Now?", -1)]), new ScheduleDownloadResponse(),
        new CancelTransfer("key"), new CancelTransferResponse(), new GetQueuedTransfers(), new GetQueuedTransfersResponse([new QueuedTransferStruct("key", 2)]),
        new GetAllQueuedTransfers(), new GetAllQueuedTransfersResponse([new AllQueuedTransferStruct("key", 1, true, "1 Firmware Upgrade Image", 7, "f")]),
        new ChangeDUState([new DUOperation(DUOperationKind.Install, "http://h/a", "u-1", "", "Device.SoftwareModules.ExecEnv.1", "u", "p"), new DUOperation(DUOperationKind.Update, "", "u-2", "2", "", "", ""), new DUOperation(DUOperationKind.Uninstall, "", "u-3", "", "", "", "")], "key"), new ChangeDUStateResponse(),
        new GetOptions("Voice"), new GetOptionsResponse([new OptionStruct("Voice", "12", 3, 1, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", true)]), new SetVouchers(["PGE+", "PGI+"]), new SetVouchersResponse(),
        new VendorMessage("X_00D09E_Locate", [("Seconds", "10"), ("Colour", "<red>")]),
        new CwmpFault(9003, "Invalid arguments", [new ParameterFault("Device.A", 9007, "range")]),
    ];

    [Fact]
    public void Every_message_is_read_back_as_it_was_written()
    {
        foreach (var message in Samples)
        {
            var envelope = new CwmpEnvelope(message) { Id = "id", Namespace = Cwmp.NamespaceName };
            var back = CwmpEnvelope.Read(envelope.Write());
            back.Message.Should().BeEquivalentTo(message, o => o.RespectingRuntimeTypes(), "{0} goes both ways", message.Name);
            (back.Id, back.Namespace).Should().Be(("id", Cwmp.NamespaceName));
        }
    }

    [Fact]
    public void There_is_a_sample_of_every_message()
    {
        var messages = typeof(CwmpMessage).Assembly.GetTypes().Where(t => t is { IsAbstract: false } && t.IsAssignableTo(typeof(CwmpMessage)) && t != typeof(UnknownMessage));
        Samples.Select(s => s.GetType()).Should().BeEquivalentTo(messages);
    }

    [Fact]
    public void Every_message_stands_in_an_envelope_of_SOAP_1_1_in_the_namespace_of_the_device()
    {
        foreach (var message in Samples)
        {
            var root = Parse(message);
            root.Name.Should().Be(Soap + "Envelope");
            root.Element(Soap + "Header")!.Element(Cwmp + "ID")!.Attribute(Soap + "mustUnderstand")!.Value.Should().Be("1");
            root.Element(Soap + "Body")!.Elements().Should().ContainSingle().Which.Name.Should().Be(message is CwmpFault ? Soap + "Fault" : Cwmp + message.Name);
        }
    }

    [Fact]
    public void SetParameterValues_is_as_TR_069_writes_it()
    {
        var body = Parse(new SetParameterValues([new ParameterValueStruct("Device.A", "a&b", "string"), new ParameterValueStruct("Device.B", "2", "unsignedInt")], "key"))
            .Element(Soap + "Body")!.Element(Cwmp + "SetParameterValues")!;

        body.Elements().Select(e => e.Name.ToString()).Should().Equal("ParameterList", "ParameterKey");
        body.Element("ParameterList")!.Attribute(Encoding11 + "arrayType")!.Value.Should().Be("cwmp:ParameterValueStruct[2]");
        var first = body.Element("ParameterList")!.Elements("ParameterValueStruct").First();
        (first.Element("Name")!.Value, first.Element("Value")!.Value, first.Element("Value")!.Attribute(Xsi + "type")!.Value).Should().Be(("Device.A", "a&b", "xsd:string"));
        body.Element("ParameterKey")!.Value.Should().Be("key");
    }

    [Fact]
    public void Download_has_its_arguments_in_the_order_of_TR_069() =>
        Parse(new Download("k", "1 Firmware Upgrade Image", "http://h/?a&b", "", "", 0, "", 0, "", "")).Element(Soap + "Body")!.Element(Cwmp + "Download")!.Elements().Select(e => e.Name.LocalName)
            .Should().Equal("CommandKey", "FileType", "URL", "Username", "Password", "FileSize", "TargetFileName", "DelaySeconds", "SuccessURL", "FailureURL");

    [Fact]
    public void A_fault_has_the_structure_of_TR_069()
    {
        var fault = Parse(new CwmpFault(8000, "Method not supported", [])).Element(Soap + "Body")!.Element(Soap + "Fault")!;

        (fault.Element("faultcode")!.Value, fault.Element("faultstring")!.Value).Should().Be(("Client", "CWMP fault"));
        fault.Element("detail")!.Element(Cwmp + "Fault")!.Element("FaultCode")!.Value.Should().Be("8000");
    }

    [Fact]
    public void Characters_that_XML_cannot_carry_become_question_marks()
    {
        var bytes = new CwmpEnvelope(new GetParameterValues(["a\u0001b\0c\uFFFEd\uD800e"])).Write();

        XDocument.Parse(Encoding.UTF8.GetString(bytes.Span)).Descendants("string").Single().Value.Should().Be("a?b?c?d\uFFFDe");
    }

    [Fact]
    public void HoldRequests_is_written_only_where_it_is_true()
    {
        Encoding.UTF8.GetString(new CwmpEnvelope(new InformResponse(1)).Write().Span).Should().NotContain("HoldRequests");
        CwmpEnvelope.Read(new CwmpEnvelope(new InformResponse(1)) { HoldRequests = true }.Write()).HoldRequests.Should().BeTrue();
    }

    private static XElement Parse(CwmpMessage message)
    {
        var bytes = new CwmpEnvelope(message) { Id = "1", Namespace = Cwmp.NamespaceName }.Write();
        using var reader = XmlReader.Create(new MemoryStream(bytes.ToArray()), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
        return XDocument.Load(reader).Root!;
    }
}
