using DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;
using DeviceConsole.Tests.Protocols.Usp.Wire;

namespace DeviceConsole.Tests.Protocols.Usp.Mqtt;

/// <summary>Packets against what obuspa's client library put on the wire, and against hostile bytes.</summary>
public sealed class MqttFormatterTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Captures", "usp");

    private static int Rounds => Environment.GetEnvironmentVariable("DEVICECONSOLE_TEST_FULL") == "1" ? 1_000_000 : 50_000;

    [Fact]
    public void Connect_and_subscribe_are_the_bytes_of_the_capture()
    {
        var five = new MqttFormatter(MqttVersion.V5);
        KeyValuePair<string, string>[] user = [new("usp-endpoint-id", "proto::agent-mqtt-1")];

        five.Write(new MqttConnect("agent-mqtt-1", 60) { UserProperties = user, ReceiveMaximum = 20 }).Should().Equal(Bytes("mqtt5/00-mqtt-connect-packet", "whole packet: "));
        five.Write(new MqttSubscribe(1, "usp/v1/agent/proto::agent-mqtt-1", 0) { UserProperties = user }).Should().Equal(Bytes("mqtt5/00-mqtt-subscribe-packet", "whole packet: "));
        new MqttFormatter(MqttVersion.V311).Write(new MqttConnect("agent-m311", 60)).Should().Equal(Bytes("mqtt311/00-mqtt-connect-packet", "whole packet: "));
        new MqttFormatter(MqttVersion.V311).Write(new MqttSubscribe(1, "usp/v1/agent/proto::agent-m311/#", 0)).Should().Equal(Bytes("mqtt311/00-mqtt-subscribe-packet", "whole packet: "));
    }

    [Theory]
    [InlineData("mqtt5/01-mqtt-connect")]
    [InlineData("mqtt5/02-get-resp")]
    [InlineData("mqtt5/03-error-operate-unknown-command")]
    public void A_publish_of_version_5_is_read_with_its_properties_and_written_the_same(string name)
    {
        var formatter = new MqttFormatter(MqttVersion.V5);
        var packet = Publish(name);

        formatter.TryRead(packet, out var read, out var consumed).Should().BeTrue();

        consumed.Should().Be(packet.Length);
        var publish = read.Should().BeOfType<MqttPublish>().Subject;
        publish.Should().Match<MqttPublish>(p => p.Topic == "usp/v1/controller/proto::dmc-controller" && p.ContentType == "usp.msg" && p.ResponseTopic == "usp/v1/agent/proto::agent-mqtt-1" && p.QualityOfService == 0);
        publish.Payload.ToArray().Should().Equal(UspCapture.Load(name).Bytes);
        formatter.Write(publish).Should().Equal(packet);
    }

    [Fact]
    public void A_publish_of_version_3_1_1_carries_the_reply_topic_in_its_topic()
    {
        var packet = Publish("mqtt311/02-get-resp");

        new MqttFormatter(MqttVersion.V311).TryRead(packet, out var read, out _).Should().BeTrue();

        ((MqttPublish)read!).Topic.Should().Be("usp/v1/controller/proto::dmc-controller/reply-to=usp%2Fv1%2Fagent%2Fproto::agent-m311");
    }

    [Fact]
    public void Every_prefix_is_incomplete_and_consumes_nothing()
    {
        var packet = Publish("mqtt5/02-get-resp");
        var formatter = new MqttFormatter(MqttVersion.V5);
        for (var length = 0; length < packet.Length; length++)
        {
            formatter.TryRead(packet.AsSpan(0, length), out var none, out var consumed).Should().BeFalse();
            (none, consumed).Should().Be(((MqttPacket?)null, 0));
        }
    }

    [Theory]
    [InlineData("f000", "a reserved type")]
    [InlineData("3080808080", "a length of more than four octets")]
    [InlineData("30ffffff7f", "a packet that is too long")]
    [InlineData("300500ff00ff00", "a topic that reaches past the packet")]
    [InlineData("3405000161000500", "quality of service 2")]
    [InlineData("30080001610423000100", "a topic alias")]
    [InlineData("1000", "a CONNECT from the broker")]
    public void Invalid_packets_are_refused(string hex, string because)
    {
        FluentActions.Invoking(() => new MqttFormatter(MqttVersion.V5).TryRead(Convert.FromHexString(hex), out _, out _)).Should().Throw<MqttProtocolException>(because);
    }

    [Fact]
    public void Random_and_mutated_bytes_give_nothing_but_the_typed_exception()
    {
        var random = new Random(1_883);
        byte[][] captures = [Publish("mqtt5/01-mqtt-connect"), Publish("mqtt5/03-error-operate-unknown-command"), [0x90, 4, 0, 1, 0, 1], [0x20, 9, 0, 0x87, 6, 31, 0, 3, 97, 98, 99], [0x40, 3, 0, 7, 0x10]];
        int read = 0, refused = 0;
        for (var i = 0; i < Rounds; i++)
        {
            byte[] bytes;
            if (i % 2 == 0)
            {
                bytes = new byte[random.Next(0, 60)];
                random.NextBytes(bytes);
            }
            else
            {
                bytes = (byte[])captures[random.Next(captures.Length)].Clone();
                for (var changes = random.Next(1, 4); changes > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }
            foreach (var version in (MqttVersion[])[MqttVersion.V5, MqttVersion.V311])
            {
                try
                {
                    if (new MqttFormatter(version, 4_096).TryRead(bytes, out _, out var consumed)) read++;
                    consumed.Should().BeLessThanOrEqualTo(bytes.Length);
                }
                catch (MqttProtocolException)
                {
                    refused++;
                }
            }
        }
        read.Should().BePositive();
        refused.Should().BePositive();
    }

    private static byte[] Publish(string name) => [.. Bytes(name, "bytes before the payload (fixed header, topic, packet identifier, properties): "), .. UspCapture.Load(name).Bytes];

    private static byte[] Bytes(string name, string label) =>
        Convert.FromHexString(File.ReadLines(Path.Combine(Folder, name + ".txt")).Single(l => l.StartsWith(label, StringComparison.Ordinal))[label.Length..].Trim());
}
