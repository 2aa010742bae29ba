using System.Text.Json.Nodes;
using DeviceConsole.Protocols.Usp.Wire.Messages;
using DeviceConsole.Protocols.Usp.Wire.Records;
using DeviceConsole.Protocols.Usp.Wire.Text;

namespace DeviceConsole.Tests.Protocols.Usp.Wire;

/// <summary>What obuspa sent, against what protoc made of it.</summary>
public sealed class UspCaptureTests
{
    public static TheoryData<string> Names => [.. UspCapture.Records.Select(c => c.Name)];

    [Fact]
    public void The_captures_are_all_there() => UspCapture.Records.Should().HaveCount(50);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_record_reads_as_the_schemas_say(string name)
    {
        var capture = UspCapture.Load(name);

        JsonNode.DeepEquals(UspText.Record(capture.Bytes), Cleaned(capture.Expected["record"]!)).Should().BeTrue(UspText.Record(capture.Bytes).ToJsonString());
        if (capture.Expected["msg"] is not { } message || Payload(capture) is not { } payload) return;
        JsonNode.DeepEquals(UspText.Message(payload), message).Should().BeTrue(UspText.Message(payload).ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_record_that_is_read_and_written_again_is_the_same_bytes(string name)
    {
        var capture = UspCapture.Load(name);
        var record = UspRecord.Decode(capture.Bytes);

        record.Encode().Should().Equal(capture.Bytes);
        if (Payload(capture) is { } payload) UspMessage.Decode(payload).Encode().Should().Equal(payload);
    }

    [Fact]
    public void Segments_make_the_message_that_they_were_cut_from()
    {
        var parts = Enumerable.Range(1, 4).Select(i => (SessionContext)UspRecord.Decode(UspCapture.Load($"websocket-session-context/{i + 2:00}-get-resp-segment-{i}-of-4").Bytes).Body).ToList();
        var whole = UspCapture.Load("websocket-session-context/07-get-resp-reassembled-msg").Bytes;

        parts.Select(p => p.PayloadSarState).Should().Equal(SarState.Begin, SarState.InProcess, SarState.InProcess, SarState.Complete);
        parts.SelectMany(p => p.Payload).SelectMany(p => p.ToArray()).Should().Equal(whole);
        ((GetResponse)UspMessage.Decode(whole).Body).RequestedPaths.Should().NotBeEmpty();
    }

    [Fact]
    public void A_get_gives_values_by_object()
    {
        var response = Body<GetResponse>("websocket/05-get-resp-deviceinfo");

        var path = response.RequestedPaths.Should().ContainSingle().Subject;
        (path.Path, path.ErrorCode).Should().Be(("Device.DeviceInfo.", 0u));
        var resolved = path.Resolved.Should().ContainSingle().Subject;
        resolved.Path.Should().Be("Device.DeviceInfo.");
        resolved.Parameters.Should().Contain("UpTime", "3128").And.Contain("SoftwareVersion", "").And.HaveCount(8);
    }

    [Fact]
    public void The_supported_data_model_has_what_the_agent_said_of_itself()
    {
        var objects = Body<GetSupportedDmResponse>("websocket/09-get-supported-dm-resp-full").RequestedObjects.Single().Objects;

        objects.Should().HaveCount(47);
        objects.Sum(o => o.Parameters.Count).Should().Be(242);
        objects.Sum(o => o.Commands.Count).Should().Be(11);
        objects.Sum(o => o.Events.Count).Should().Be(3);
        objects[0].Commands[0].Should().Match<SupportedCommand>(c => c.Name == "ScheduleTimer()" && c.Kind == CommandKind.Async);
    }

    [Fact]
    public void An_error_lists_the_parameters_that_failed()
    {
        var error = Body<UspError>("websocket/16-error-set-not-allow-partial");

        error.Code.Should().Be(7004);
        error.Errors.Should().ContainSingle().Which.Should().Match<PathError>(e => e.Code == 7011 && e.Path == "Device.LocalAgent.Controller.1.PeriodicNotifInterval");
    }

    [Fact]
    public void The_end_of_a_command_names_its_key()
    {
        var notify = Body<NotifyRequest>("websocket/24-notify-operation-complete");

        notify.SubscriptionId.Should().Be("sub-op");
        notify.SendResponse.Should().BeFalse();
        notify.Notification.Should().BeOfType<OperationComplete>().Which.Should().Match<OperationComplete>(c => c.CommandKey == "ck-3" && c.CommandName == "ScheduleTimer()" && c.Failure == null);
    }

    [Fact]
    public void Requests_are_written_as_the_captures_requests_were_asked()
    {
        var expected = UspCapture.Load("websocket/07-get-resp-search-expression-and-depth").Expected["provoked_by"]!["request"]!;
        var request = new GetRequest { ParamPaths = [.. expected["get"]!["param_paths"]!.AsArray().Select(p => p!.GetValue<string>())], MaxDepth = 1 };

        var text = UspText.Message(new UspMessage("1", request).Encode());

        text["header"]!["msg_type"]!.GetValue<string>().Should().Be("GET");
        JsonNode.DeepEquals(text["body"]!["request"], expected).Should().BeTrue(text.ToJsonString());
    }

    private static T Body<T>(string name) where T : UspBody => UspMessage.Decode(Payload(UspCapture.Load(name))).Body.Should().BeOfType<T>().Subject;

    private static byte[]? Payload(UspCapture capture) => UspRecord.Decode(capture.Bytes).Body switch
    {
        NoSessionContext whole => whole.Payload.ToArray(),
        SessionContext { PayloadSarState: SarState.None, Payload: [var only] } => only.ToArray(),
        _ => null,
    };

    // The captures say of a payload that it is decoded below, and repeat the one of a segment in hexadecimal.
    private static JsonNode Cleaned(JsonNode record)
    {
        var copy = record.DeepClone();
        if (copy["session_context"] is JsonObject context)
        {
            context.Remove("payload_hex");
            if (context["payload"] is JsonArray parts)
                for (var i = 0; i < parts.Count; i++) parts[i] = parts[i]!.GetValue<string>().Replace(", decoded below as msg", "", StringComparison.Ordinal);
        }
        if (copy["no_session_context"] is JsonObject whole) whole["payload"] = whole["payload"]!.GetValue<string>().Replace(", decoded below as msg", "", StringComparison.Ordinal);
        return copy;
    }
}
