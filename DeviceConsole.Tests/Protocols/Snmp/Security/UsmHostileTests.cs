using System.Net;
using System.Net.Sockets;
using DeviceConsole.Protocols.Snmp;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Security;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Tests.Protocols.Snmp.Security;

/// <summary>Agents that answer as no honest one does, and bytes that are no messages.</summary>
public sealed class UsmHostileTests
{
    private static readonly byte[] Engine = Convert.FromHexString("80001f8804cafe0001");
    private static readonly ObjectIdentifier Asked = ObjectIdentifier.Parse("1.3.6.1.2.1.1.3.0");
    private static readonly UsmUser User = new("operator", AuthProtocol.Sha256, "authpass12345", PrivProtocol.Aes128, "privpass12345");

    private static int Rounds => Environment.GetEnvironmentVariable("DEVICECONSOLE_TEST_FULL") == "1" ? 2_000_000 : 30_000;

    [Fact]
    public async Task An_answer_without_the_security_that_was_asked_for_is_no_answer()
    {
        var (reply, sent) = await AskAsync((request, opened) => Encode(request, UsmKeys.None, V3Flags.None, Engine, 1, 100, PduType.Response, opened!.Value.Pdu));

        reply.Status.Should().Be(SnmpReplyStatus.Garbage);
        reply.Detail.Should().Be("an answer without the security that was asked for");
        sent.Where(s => s != V3Flags.None).Should().OnlyContain(f => f == (V3Flags.Auth | V3Flags.Priv), "an unauthenticated message never lowers the level");
    }

    [Fact]
    public async Task An_answer_that_is_authenticated_only_is_no_answer_to_an_encrypted_request()
    {
        var (reply, _) = await AskAsync((request, opened) => Encode(request, Keys() with { Priv = PrivProtocol.None }, V3Flags.Auth, Engine, 1, 100, PduType.Response, opened!.Value.Pdu));

        reply.Detail.Should().Be("an answer of a lower security level");
    }

    [Fact]
    public async Task A_changed_byte_makes_it_no_answer()
    {
        var (reply, _) = await AskAsync((request, opened) =>
        {
            var answer = Encode(request, Keys(), V3Flags.Auth | V3Flags.Priv, Engine, 1, 100, PduType.Response, opened!.Value.Pdu);
            answer[^1] ^= 1;
            return answer;
        });

        reply.Detail.Should().Be("a message with a wrong authentication code");
    }

    [Fact]
    public async Task An_answer_from_another_engine_is_no_answer()
    {
        var other = Convert.FromHexString("80001f8804cafe0002");
        var (reply, _) = await AskAsync((request, opened) => Encode(request, new UsmKeyCache().Keys(User, other), V3Flags.Auth | V3Flags.Priv, other, 1, 100, PduType.Response, opened!.Value.Pdu));

        reply.Detail.Should().Be("a message of another engine");
    }

    [Fact]
    public async Task An_answer_from_the_past_is_dropped()
    {
        var count = 0;
        var (reply, _) = await AskAsync((request, opened) => Encode(request, Keys(), V3Flags.Auth | V3Flags.Priv, Engine, 5, count++ == 0 ? 10_000 : 9_000, PduType.Response, opened!.Value.Pdu), requests: 2);

        reply.Detail.Should().Be("an answer from outside the time window");
    }

    [Fact]
    public async Task A_device_that_is_never_content_with_the_time_is_told_after_one_resynchronisation()
    {
        var report = new Pdu(PduType.Report, 0, 0, 0, (VarBind[])[new(SnmpReports.NameOf(SnmpReport.NotInTimeWindow)!.Value, SnmpValue.Unsigned32(SnmpType.Counter32, 1))]);
        var (reply, sent) = await AskAsync((request, _) => Encode(request, Keys() with { Priv = PrivProtocol.None }, V3Flags.Auth, Engine, 2, 200, PduType.Report, report));

        reply.Status.Should().Be(SnmpReplyStatus.Report);
        SnmpReportFaults.From(new SnmpPeer(Guid.Empty, new IPEndPoint(IPAddress.Loopback, 161), User), reply).Code.Should().Be("snmp.not-in-time-window");
        sent.Count(f => f != V3Flags.None).Should().Be(2);
    }

    [Fact]
    public void Every_report_has_a_code_and_a_sentence_of_its_own()
    {
        var peer = new SnmpPeer(Guid.Empty, new IPEndPoint(IPAddress.Loopback, 161), User);

        var faults = Enum.GetValues<SnmpReport>().Except([SnmpReport.UnavailableContext, SnmpReport.InvalidMessage])
            .Select(r => SnmpReportFaults.From(peer, new SnmpReply { Status = SnmpReplyStatus.Report, Report = r })).ToList();

        faults.Select(f => f.Code).Should().OnlyHaveUniqueItems();
        faults.Select(f => f.Message).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Context_and_its_engine_stand_in_every_message_beside_the_engine_that_is_asked()
    {
        var seen = new List<(string Context, string Engine, string Asked)>();
        var behind = Convert.FromHexString("80001f8804cafe00ff");
        var (reply, _) = await AskAsync((request, opened) =>
        {
            seen.Add((System.Text.Encoding.UTF8.GetString(opened!.Value.ContextName.Span), Convert.ToHexStringLower(opened.Value.ContextEngineId.Span), Convert.ToHexStringLower(request.Parameters.EngineId.Span)));
            return Encode(request, Keys(), V3Flags.Auth | V3Flags.Priv, Engine, 1, 100, PduType.Response, opened.Value.Pdu);
        }, contextEngine: behind);

        reply.IsSuccess.Should().BeTrue(reply.Detail);
        seen.Should().Equal(("vrf-red", "80001f8804cafe00ff", "80001f8804cafe0001"));
    }

    [Fact]
    public async Task Two_hosts_with_one_engine_ID_are_noticed()
    {
        using var client = new SnmpClient();
        client.Engines.Note(Guid.Empty, Engine, new IPEndPoint(IPAddress.Parse("127.0.0.9"), 161)).Should().BeNull();
        var watch = new Notes();

        await AskAsync((request, opened) => Encode(request, Keys(), V3Flags.Auth | V3Flags.Priv, Engine, 1, 100, PduType.Response, opened!.Value.Pdu), client: client, watch: watch);

        watch.Texts.Should().Contain(t => t.Contains("also that of 127.0.0.9", StringComparison.Ordinal));
        client.Engines.Note(Guid.NewGuid(), Engine, new IPEndPoint(IPAddress.Parse("127.0.0.7"), 161)).Should().BeNull("another tenant's devices are nobody's business");
    }

    [Fact]
    public void Random_and_mutated_bytes_give_nothing_but_the_typed_exception()
    {
        var random = new Random(3_414);
        var keys = Keys();
        var header = new UsmHeader { MessageId = 77, Flags = V3Flags.Auth | V3Flags.Priv, EngineId = Engine, Boots = 3, Time = 4, UserName = "operator"u8, Keys = keys, ContextEngineId = Engine };
        var good = UsmMessage.Write(new byte[1_000], header, PduType.GetRequest, 77, 0, 0, (VarBind[])[VarBind.Unspecified(Asked)]).ToArray();
        var read = 0;
        for (var i = 0; i < Rounds; i++)
        {
            var bytes = i % 3 == 0 ? new byte[random.Next(0, 150)] : (byte[])good.Clone();
            if (i % 3 == 0) random.NextBytes(bytes);
            if (i % 3 == 0 && bytes.Length > 2) (bytes[0], bytes[1]) = (0x30, (byte)Math.Min(127, bytes.Length - 2));
            if (i % 3 != 0) for (var changes = random.Next(1, 6); changes > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (Try(bytes, keys)) read++;
        }

        read.Should().BePositive();
        Try(good, keys).Should().BeTrue();
        for (var length = 0; length < good.Length; length++) UsmMessage.TryRead(good[..length], out _).Should().BeFalse();
    }

    private static bool Try(byte[] bytes, UsmKeys keys)
    {
        MessagePeek.TryRead(bytes, out _);
        try
        {
            if (!UsmMessage.TryRead(bytes, out var message)) return false;
            _ = message.Verify(keys);
            _ = message.Open(keys).Pdu.VarBinds.Length;
            return true;
        }
        catch (SnmpDecodeException)
        {
            return false;
        }
    }

    private static UsmKeys Keys() => new UsmKeyCache().Keys(User, Engine);

    private static byte[] Encode(UsmMessage request, UsmKeys keys, V3Flags flags, byte[] engine, int boots, int time, PduType type, Pdu pdu)
    {
        var header = new UsmHeader { MessageId = request.Message.MessageId, Flags = flags, EngineId = engine, Boots = boots, Time = time, UserName = "operator"u8, Keys = keys, ContextEngineId = engine };
        return UsmMessage.Write(new byte[2_000], header, type, pdu.RequestId, 0, 0, pdu.VarBinds.Span).ToArray();
    }

    // Discovery is answered honestly; the rest as the test wants it.
    private static async Task<(SnmpReply Reply, List<V3Flags> Sent)> AskAsync(Func<UsmMessage, ScopedPdu?, byte[]> answer, int requests = 1, SnmpClient? client = null, Notes? watch = null, byte[]? contextEngine = null)
    {
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var sent = new List<V3Flags>();
        using var stop = new CancellationTokenSource();
        var serve = ServeAsync(socket, answer, sent, stop.Token);
        using var own = client is null ? new SnmpClient() : null;
        var peer = new SnmpPeer(Guid.Empty, (IPEndPoint)socket.Client.LocalEndPoint!, User) { Timeout = TimeSpan.FromMilliseconds(contextEngine is not null ? 20_000 : requests > 1 ? 4_000 : 1_000), Retries = 0, Watch = watch, ContextEngineId = contextEngine, ContextName = contextEngine is null ? default(ReadOnlyMemory<byte>) : "vrf-red"u8.ToArray() };
        var reply = await (client ?? own!).GetAsync(peer, Asked);
        for (var i = 1; i < requests; i++)
        {
            reply.IsSuccess.Should().BeTrue(reply.Detail);
            reply = await (client ?? own!).GetAsync(peer, Asked);
        }

        await stop.CancelAsync();
        await serve;
        return (reply, sent);
    }

    private static async Task ServeAsync(UdpClient socket, Func<UsmMessage, ScopedPdu?, byte[]> answer, List<V3Flags> sent, CancellationToken cancellationToken)
    {
        var report = new Pdu(PduType.Report, 0, 0, 0, (VarBind[])[new(SnmpReports.NameOf(SnmpReport.UnknownEngineId)!.Value, SnmpValue.Unsigned32(SnmpType.Counter32, 1))]);
        try
        {
            while (true)
            {
                var datagram = await socket.ReceiveAsync(cancellationToken);
                UsmMessage.TryRead(datagram.Buffer, out var request).Should().BeTrue();
                lock (sent) sent.Add(request.Message.Flags & (V3Flags.Auth | V3Flags.Priv));
                var bytes = request.Parameters.EngineId.IsEmpty
                    ? Encode(request, UsmKeys.None, V3Flags.None, Engine, 1, 100, PduType.Report, report)
                    : answer(request, request.Open(Keys()));
                await socket.SendAsync(bytes, datagram.RemoteEndPoint, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    private sealed class Notes : ISnmpWatch
    {
        public List<string> Texts { get; } = [];

        public void Sent(in SnmpRequest request, int attempt)
        {
        }

        public void Ended(SnmpReply reply)
        {
        }

        public void Noted(string text) => Texts.Add(text);
    }
}
