using System.Text;
using System.Xml.Linq;
using DeviceConsole.Protocols.Cwmp;
using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;

namespace DeviceConsole.Tests.Protocols.Cwmp.Wire;

/// <summary>The methods of CWMP 1.1 to 1.4 and the deprecated ones, from bytes written by hand after TR-069's tables, and as they are written.</summary>
public sealed class LaterRpcTests
{
    private static readonly XNamespace Cwmp = "urn:dslforum-org:cwmp-1-2";
    private static readonly XNamespace Xsi = "http://www.w3.org/2001/XMLSchema-instance";

    [Fact]
    public void Queued_transfers_are_read_with_whatever_order_their_elements_have()
    {
        var transfers = Read<GetAllQueuedTransfersResponse>("""
            <cwmp:GetAllQueuedTransfersResponse><TransferList SOAP-ENC:arrayType="cwmp:AllQueuedTransferStruct[2]">
              <AllQueuedTransferStruct><CommandKey>one</CommandKey><State>1</State><IsDownload>1</IsDownload><FileType>1 Firmware Upgrade Image</FileType><FileSize>123456</FileSize><TargetFileName>image</TargetFileName></AllQueuedTransferStruct>
              <AllQueuedTransferStruct><TargetFileName/><FileSize>0</FileSize><IsDownload>false</IsDownload><State> 3 </State><CommandKey/><FileType>2 Vendor Log File</FileType></AllQueuedTransferStruct>
            </TransferList></cwmp:GetAllQueuedTransfersResponse>
            """).Transfers;

        transfers.Should().Equal(new AllQueuedTransferStruct("one", 1, true, "1 Firmware Upgrade Image", 123456, "image"), new AllQueuedTransferStruct("", 3, false, "2 Vendor Log File", 0, ""));
    }

    [Fact]
    public void The_old_list_of_transfers_is_read() =>
        Read<GetQueuedTransfersResponse>("<cwmp:GetQueuedTransfersResponse><TransferList><QueuedTransferStruct><CommandKey>k</CommandKey><State>2</State></QueuedTransferStruct></TransferList></cwmp:GetQueuedTransfersResponse>")
            .Transfers.Should().Equal(new QueuedTransferStruct("k", 2));

    [Fact]
    public void Options_are_read() =>
        Read<GetOptionsResponse>("""
            <cwmp:GetOptionsResponse><OptionList SOAP-ENC:arrayType="cwmp:OptionStruct[1]"><OptionStruct><OptionName>First Option</OptionName><VoucherSN>12345678</VoucherSN><State>1</State><Mode>1</Mode>
            <StartDate>2015-01-10T23:45:12+00:00</StartDate><ExpirationDate>2016-01-10T23:45:12+00:00</ExpirationDate><IsTransferable>1</IsTransferable></OptionStruct></OptionList></cwmp:GetOptionsResponse>
            """).Options.Should().Equal(new OptionStruct("First Option", "12345678", 1, 1, "2015-01-10T23:45:12+00:00", "2016-01-10T23:45:12+00:00", true));

    [Fact]
    public void What_became_of_software_modules_is_read_with_the_array_and_without()
    {
        var report = Read<DUStateChangeComplete>("""
            <cwmp:DUStateChangeComplete><CommandKey>testkey</CommandKey><Results>
              <OpResultStruct><UUID>c0c4328b-18a4-4b3b-b1da-e8ea8d8f457d</UUID><DeploymentUnitRef>Device.SoftwareModules.DeploymentUnit.1.</DeploymentUnitRef><Version>1.0.0</Version><CurrentState>Installed</CurrentState><Resolved>1</Resolved>
                <ExecutionUnitRefList>Device.SoftwareModules.ExecutionUnit.1</ExecutionUnitRefList><StartTime>2026-01-01T00:00:00Z</StartTime><CompleteTime>2026-01-01T00:00:05Z</CompleteTime><Fault><FaultCode>0</FaultCode><FaultString/></Fault></OpResultStruct>
              <OpResultStruct><UUID>u-2</UUID><DeploymentUnitRef/><Version/><CurrentState>Failed</CurrentState><Fault><FaultCode>9027</FaultCode><FaultString>full</FaultString></Fault></OpResultStruct>
            </Results></cwmp:DUStateChangeComplete>
            """);

        report.CommandKey.Should().Be("testkey");
        report.Results.Should().HaveCount(2);
        report.Results[0].Should().Be(new DUStateChangeResult("c0c4328b-18a4-4b3b-b1da-e8ea8d8f457d", "Device.SoftwareModules.DeploymentUnit.1.", "1.0.0", "Installed", "", new TransferFault(0, "")));
        report.Results[1].Fault.Should().Be(new TransferFault(9027, "full"));
    }

    [Fact]
    public void A_request_for_a_download_names_what_the_type_needs() =>
        Read<RequestDownload>("<cwmp:RequestDownload><FileType>2 Web Content</FileType><FileTypeArg SOAP-ENC:arrayType=\"cwmp:ArgStruct[1]\"><ArgStruct><Name>Version</Name><Value>3</Value></ArgStruct></FileTypeArg></cwmp:RequestDownload>")
            .Should().BeEquivalentTo(new RequestDownload("2 Web Content", [("Version", "3")]));

    [Fact]
    public void ScheduleDownload_has_its_arguments_in_the_order_of_TR_069()
    {
        var body = Written(new ScheduleDownload("k", "1 Firmware Upgrade Image", "http://h/", "", "", 0, "", [new TimeWindowStruct(5, 45, "1 At Any Time", "A message", -1)]));

        body.Elements().Select(e => e.Name.LocalName).Should().Equal("CommandKey", "FileType", "URL", "Username", "Password", "FileSize", "TargetFileName", "TimeWindowList");
        var window = body.Element("TimeWindowList")!.Elements().Should().ContainSingle().Subject;
        window.Name.LocalName.Should().Be("TimeWindowStruct");
        window.Elements().Select(e => $"{e.Name.LocalName}={e.Value}").Should().Equal("WindowStart=5", "WindowEnd=45", "WindowMode=1 At Any Time", "UserMessage=A message", "MaxRetries=-1");
    }

    [Fact]
    public void Operations_on_modules_are_told_apart_by_name_and_by_type()
    {
        var body = Written(new ChangeDUState(
        [
            new DUOperation(DUOperationKind.Install, "http://h/a", "u-1", "", "e", "", ""), new DUOperation(DUOperationKind.Update, "http://h/b", "u-2", "2", "", "", ""), new DUOperation(DUOperationKind.Uninstall, "", "u-3", "3", "e", "", ""),
        ], "k"));

        var operations = body.Element("Operations")!.Elements().ToList();
        operations.Select(o => o.Name.LocalName).Should().Equal("InstallOpStruct", "UpdateOpStruct", "UninstallOpStruct");
        operations.Select(o => o.Attribute(Xsi + "type")!.Value).Should().Equal("cwmp:InstallOpStruct", "cwmp:UpdateOpStruct", "cwmp:UninstallOpStruct");
        operations.Select(o => string.Join(',', o.Elements().Select(e => e.Name.LocalName))).Should().Equal("URL,UUID,Username,Password,ExecutionEnvRef", "UUID,Version,URL,Username,Password", "UUID,Version,ExecutionEnvRef");
    }

    [Fact]
    public void Vouchers_are_base64_elements() =>
        Written(new SetVouchers(["PGE+"])).Element("VoucherList")!.Elements().Select(e => (e.Name.LocalName, e.Value)).Should().Equal(("base64", "PGE+"));

    [Fact]
    public void A_vendors_answer_becomes_names_and_texts_with_dots_between_what_is_nested()
    {
        var answer = Read<VendorMessage>("<cwmp:X_00D09E_LocateResponse><Result>0</Result><Lamp><Name>WLAN</Name><State><![CDATA[on & off]]></State></Lamp><Empty/></cwmp:X_00D09E_LocateResponse>");

        (answer.Name, string.Join('|', answer.Arguments)).Should().Be(("X_00D09E_LocateResponse", "(Result, 0)|(Lamp.Name, WLAN)|(Lamp.State, on & off)|(Empty, )"));
    }

    [Fact]
    public void A_vendors_answer_without_an_end_of_values_is_refused()
    {
        var read = () => Read<VendorMessage>($"<cwmp:X_A>{string.Concat(Enumerable.Repeat("<a/>", 1_001))}</cwmp:X_A>");

        read.Should().Throw<CwmpDecodeException>().WithMessage("*1000*");
    }

    [Theory]
    [InlineData("1.0,1.1,1.2,1.3,1.4", "1.4")]
    [InlineData("1.0, 1.2", "1.2")]
    [InlineData("1.4,1.9", "1.4")]
    [InlineData("7.0", "")]
    [InlineData("", "")]
    public void The_highest_version_that_both_sides_speak_is_chosen(string offered, string expected) => CwmpVersions.Choose(offered).Should().Be(expected);

    private static T Read<T>(string body) where T : CwmpMessage => CwmpEnvelope.Read(Encoding.UTF8.GetBytes(
        $"<SOAP-ENV:Envelope xmlns:SOAP-ENV='http://schemas.xmlsoap.org/soap/envelope/' xmlns:SOAP-ENC='http://schemas.xmlsoap.org/soap/encoding/' xmlns:cwmp='{Cwmp}'><SOAP-ENV:Body>{body}</SOAP-ENV:Body></SOAP-ENV:Envelope>")).Message.Should().BeOfType<T>().Subject;

    private static XElement Written(CwmpMessage message) =>
        XDocument.Parse(Encoding.UTF8.GetString(new CwmpEnvelope(message) { Id = "1", Namespace = Cwmp.NamespaceName }.Write().Span)).Descendants(Cwmp + message.Name).Single();
}
