using System.Text;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.WebPa;
using DeviceConsole.Protocols.WebPa.Gateway;
using DeviceConsole.Protocols.WebPa.Wire;
using DeviceConsole.Tests.Peers;
using DeviceConsole.Tests.Protocols.WebPa.Wire;

namespace DeviceConsole.Tests.Protocols.WebPa;

/// <summary>Answers, events and headers of parodus and its mock, in the product's words.</summary>
public sealed class WebPaAnswerTests
{
    [Fact]
    public void The_captured_answer_to_a_get_is_its_values()
    {
        var outcome = Read("get", "04-get-response");

        outcome.Fault.Should().BeNull();
        outcome.Values.Should().Equal(
            new ParameterValue("Device.DeviceInfo.SerialNumber", "79L2WZ6BCB04493", "string"),
            new ParameterValue("Device.DeviceInfo.UpTime", "81613", "unsignedInt"));
    }

    [Fact]
    public void A_table_without_rows_is_known_by_its_number_of_entries()
    {
        var outcome = WebPaAnswer.Read("refresh", [], Encoding.UTF8.GetBytes(
            """{"statusCode":200,"parameters":[{"name":"Device.NAT.","value":[{"name":"Device.NAT.PortMappingNumberOfEntries","value":"0","dataType":2},{"name":"Device.NAT.InterfaceSettingNumberOfEntries","value":"1","dataType":2}]}]}"""));

        outcome.Values.Should().HaveCount(3).And.Contain(new ParameterValue("Device.NAT.PortMapping.", null, "object"));
    }

    [Fact]
    public void The_captured_answer_of_44_KB_is_all_of_its_values_within_five_milliseconds()
    {
        var count = ((System.Text.Json.Nodes.JsonArray)System.Text.Json.Nodes.JsonNode.Parse((string)WebPaCapture.Decoded("05-get-wildcard-response")["payload"]!)!["parameters"]![0]!["value"]!).Count;
        var best = TimeSpan.MaxValue;
        ProtocolOutcome outcome = null!;
        for (var i = 0; i < 20; i++)
        {
            var before = Processor.Time;
            outcome = Read("refresh", "05-get-wildcard-response");
            if (Processor.Time - before is var took && took < best) best = took;
        }

        count.Should().BeGreaterThan(300);
        outcome.Values.Should().HaveCount(count);
        best.Should().BeLessThan(TimeSpan.FromMilliseconds(5));
    }

    [Theory]
    [InlineData("""{"name":"Device.A.B.","value":[{"name":"Device.A.B.1.C","value":"1","dataType":0},{"name":"Device.A.B.2.C","value":"1","dataType":0}],"dataType":11,"parameterCount":2,"message":"Success"}""", true)]
    [InlineData("""{"name":"Device.A.B.","value":[{"name":"Device.A.B.1.C","value":"1","dataType":0}],"dataType":11,"parameterCount":2,"message":"Success"}""", false)]
    [InlineData("""{"name":"Device.A.B.","value":[{"name":"Device.A.B.1.C","value":"1","dataType":0}],"dataType":11,"message":"Success"}""", false)]
    [InlineData("""{"name":"Device.A.B.","value":"EMPTY","parameterCount":0,"message":"Success"}""", true)]
    [InlineData("""{"name":"Device.","value":"EMPTY","parameterCount":0,"message":"Success"}""", false)]
    [InlineData("""{"name":"Device.A.B.1.C","value":"1","dataType":0,"parameterCount":1,"message":"Success"}""", false)]
    public void An_object_is_whole_where_the_answer_holds_as_much_as_it_counts(string parameter, bool whole)
    {
        var outcome = WebPaAnswer.Read("get", [], Encoding.UTF8.GetBytes($$"""{"parameters":[{{parameter}}],"statusCode":200}"""));

        outcome.Fault.Should().BeNull();
        outcome.Whole.Any().Should().Be(whole);
    }

    [Theory]
    [InlineData("get", "02-service-unavailable-531", FaultClass.Busy, "webpa.service-unavailable")]
    [InlineData("get", "10-unknown-name", FaultClass.Refused, "webpa.no-such-name")]
    [InlineData("get", "11-unknown-command", FaultClass.Refused, "webpa.not-supported")]
    [InlineData("test-and-set", "12-test-and-set-not-supported", FaultClass.Refused, "webpa.not-supported")]
    [InlineData("add-row", "13-add-row-not-supported", FaultClass.Refused, "webpa.not-supported")]
    [InlineData("get", "14-unknown-service-531", FaultClass.Busy, "webpa.service-unavailable")]
    public void Captured_refusals_are_told_apart(string operation, string capture, FaultClass faultClass, string code)
    {
        var fault = Read(operation, capture).Fault!;

        (fault.Class, fault.Code).Should().Be((faultClass, code));
        fault.Message.Should().EndWith(".");
    }

    [Fact]
    public void Captured_answers_to_writes_and_attributes_are_understood()
    {
        Read("set", "07-set-response").Fault.Should().BeNull();
        Read("set-attributes", "08-set-attributes-response").Fault.Should().BeNull();
        var attributes = Read("get-attributes", "09-get-attributes-response");
        attributes.Values.Should().Equal(new ParameterValue("Device.DeviceInfo.SerialNumber", "notify on", "attribute"));
        attributes.StoreValues.Should().BeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"statusCode":"x"}""")]
    [InlineData("""{"statusCode":200}""")]
    [InlineData("""{"statusCode":200,"parameters":{}}""")]
    [InlineData("""{"statusCode":200,"parameters":[1]}""")]
    [InlineData("""{"statusCode":200,"parameters":[{"value":"x"}]}""")]
    [InlineData("""{"statusCode":200,"parameters":[{"name":"\ud800","value":"x"}]}""")]
    [InlineData("""{"statusCode":200,"parameters":[{"name":"a","value":[[]]}]}""")]
    public void What_is_no_answer_is_garbage(string payload)
    {
        WebPaAnswer.Read("get", [], Encoding.UTF8.GetBytes(payload)).Fault!.Class.Should().Be(FaultClass.Garbage);
    }

    [Fact]
    public void An_object_that_holds_nothing_gives_no_values()
    {
        // What wdmp-c writes for it.
        var outcome = WebPaAnswer.Read("get", [], """{"parameters":[{"name":"Device.Empty.","value":"EMPTY","parameterCount":0,"message":"Success"}],"statusCode":200}"""u8.ToArray());

        outcome.Fault.Should().BeNull();
        outcome.Values.Should().BeEmpty();
    }

    [Theory]
    [InlineData(202, FaultClass.Busy)]
    [InlineData(403, FaultClass.Refused)]
    [InlineData(530, FaultClass.Busy)]
    [InlineData(550, FaultClass.Refused)]
    [InlineData(551, FaultClass.Refused)]
    [InlineData(552, FaultClass.Refused)]
    [InlineData(599, FaultClass.Refused)]
    public void Every_status_has_a_sentence_and_passing_ones_are_tried_again(int status, FaultClass faultClass)
    {
        var fault = WebPaAnswer.Read("set", [], Encoding.UTF8.GetBytes($$"""{"statusCode":{{status}}}""")).Fault!;

        fault.Class.Should().Be(faultClass);
        fault.Message.Should().EndWith(".");
        fault.Detail.Should().Contain($"{status}");
    }

    [Fact]
    public void The_captured_notification_reports_its_value()
    {
        var happened = DeviceEvent.Read((WrpEvent)Message("18-event-sync-notification"));

        happened.Kind.Should().Be("value-change");
        happened.Values.Should().Equal(new ParameterValue("Device.DeviceInfo.SerialNumber", "x", "string"));
        happened.Message.Should().Be("Device.DeviceInfo.SerialNumber is now \"x\".");
    }

    [Fact]
    public void Another_captured_event_is_kept_as_it_is()
    {
        var happened = DeviceEvent.Read((WrpEvent)Message("19-event-device-status"));

        (happened.Kind, happened.Values.Count).Should().Be(("device-status", 0));
        ((string?)happened.Detail!["id"]).Should().Be("mac:14cfe2142142");
    }

    [Theory]
    [InlineData("""{"id":"Device.A.KeyPassphrase","old":"canary","new":"canary"}""")]
    [InlineData("""{"parameters":[{"name":"Device.A.Password","value":"canary"}]}""")]
    public void Secrets_of_an_event_are_stored_and_not_shown(string payload)
    {
        var happened = DeviceEvent.Read(new WrpEvent { Source = "a", Dest = "event:SYNC_NOTIFICATION", Payload = Encoding.UTF8.GetBytes(payload) });

        happened.Values.Should().ContainSingle().Which.Value.Should().Be("canary");
        (happened.Message + happened.Detail!.ToJsonString()).Should().NotContain("canary");
    }

    [Theory]
    [InlineData("event:", "x")]
    [InlineData("nothing", "{\"a\":1,\"a\":2}")]
    [InlineData("event:SYNC_NOTIFICATION", "{\"parameters\":[{\"name\":\"\\ud800.a\",\"value\":\"x\"}]}")]
    [InlineData("event:node-change", "")]
    public void No_event_is_too_strange_to_be_kept(string dest, string payload)
    {
        var happened = DeviceEvent.Read(new WrpEvent { Source = "a", Dest = dest, Payload = Encoding.UTF8.GetBytes(payload) });

        happened.Kind.Should().NotBeEmpty();
        happened.Message.Should().EndWith(".");
    }

    [Fact]
    public void The_captured_upgrade_says_who_the_device_is()
    {
        var convey = Convey.Read(WebPaCapture.UpgradeHeaders()["X-WebPA-Convey"]);

        convey.Facts.Should().Be(new DeviceFacts { Manufacturer = "ARRIS", Model = "TG1682", SerialNumber = "Fer23u948590", SoftwareVersion = "TG1682_DEV_1.0" });
        convey.Message.Should().Contain("webpa_process_starts");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("?")]
    [InlineData("e30")]
    [InlineData("W10=")]
    [InlineData("eyJhIjoxLCJhIjoyfQ==")]
    public void A_convey_header_that_cannot_be_read_says_nothing(string? header)
    {
        Convey.Read(header).Facts.Should().Be(DeviceFacts.None);
    }

    private static WrpMessage Message(string capture) =>
        WrpMessage.TryRead(WebPaCapture.Bytes(capture), out var message, out _) ? message! : throw new InvalidOperationException("The capture is not whole.");

    private static ProtocolOutcome Read(string operation, string capture) => WebPaAnswer.Read(operation, [], ((WrpRoutedMessage)Message(capture)).Payload);
}
