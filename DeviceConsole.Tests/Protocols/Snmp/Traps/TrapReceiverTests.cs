using System.Net;
using System.Net.Sockets;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Snmp.Security;
using DeviceConsole.Protocols.Snmp.Traps;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Tests.Protocols.Snmp.Traps;

/// <summary>Floods, repeats, replays and bytes that are no messages.</summary>
public sealed class TrapReceiverTests
{
    private static readonly byte[] Engine = Convert.FromHexString("80001f8804cafe0001");
    private static readonly UsmUser User = new("sender", AuthProtocol.Sha256, "authpass12345", PrivProtocol.Aes128, "privpass12345");

    private static int Rounds => Environment.GetEnvironmentVariable("DEVICECONSOLE_TEST_FULL") == "1" ? 2_000_000 : 30_000;

    [Fact]
    public async Task A_repeated_inform_is_acknowledged_again_and_stored_once()
    {
        await using var world = await TrapWorld.StartAsync();
        world.Devices.Add(TrapWorld.V2("public"));
        using var socket = new UdpClient("127.0.0.1", world.Port);
        var inform = Inform(4_711);

        for (var i = 0; i < 3; i++)
        {
            await socket.SendAsync(inform);
            var answer = await socket.ReceiveAsync().WaitAsync(TimeSpan.FromSeconds(30));
            CommunityMessage.TryRead(answer.Buffer, out var message, out _).Should().BeTrue();
            (message.Pdu.Type, message.Pdu.RequestId, message.Pdu.VarBinds.Length).Should().Be((PduType.Response, 4_711, 3));
            answer.Buffer.Length.Should().BeLessThanOrEqualTo(inform.Length);
        }

        world.Delivered.Should().ContainSingle();
        world.Counters[TrapOutcome.Duplicate].Should().Be(2);
    }

    [Fact]
    public async Task An_inform_that_cannot_be_kept_is_not_acknowledged_and_is_taken_when_it_comes_again()
    {
        await using var world = await TrapWorld.StartAsync();
        world.Devices.Add(TrapWorld.V2("public"));
        using var socket = new UdpClient("127.0.0.1", world.Port);
        world.IsFull = true;
        await socket.SendAsync(Inform(1));
        await TrapWorld.WaitAsync(() => world.Counters[TrapOutcome.Dropped] == 1);
        world.IsFull = false;

        await socket.SendAsync(Inform(1));

        (await socket.ReceiveAsync().WaitAsync(TimeSpan.FromSeconds(30))).Buffer.Should().NotBeEmpty();
        world.Delivered.Should().ContainSingle();
    }

    [Fact]
    public async Task A_storm_of_one_source_is_cut_off_and_counted()
    {
        await using var world = await TrapWorld.StartAsync(o => (o.PerSource, o.Burst) = (1, 20));
        world.Devices.Add(TrapWorld.V2("public"));
        using var socket = new UdpClient("127.0.0.1", world.Port);

        for (var i = 0; i < 500; i++) await world.SendAsync(socket, Inform(i), i);
        await TrapWorld.WaitAsync(() => world.Counters[TrapOutcome.Received] == 500 && world.Counters[TrapOutcome.Accepted] + world.Counters[TrapOutcome.Storm] == 500);
        world.Delivered.Count.Should().BeInRange(20, 60);
    }

    [Fact]
    public void A_v3_trap_that_was_recorded_is_refused_and_one_with_another_engine_time_too()
    {
        var clock = new Clock();
        var (receiver, world) = Receiver(clock);
        TrapSource[] devices = [new(TrapWorld.V3("sender", "sha256", "aes128"))];
        var old = V3Trap(boots: 4, time: 1_000, id: 1);

        receiver.Process((byte[])old.Clone(), IPAddress.Loopback, devices).Should().BeNull();
        clock.Advance(TimeSpan.FromSeconds(400));
        receiver.Process(V3Trap(boots: 4, time: 1_400, id: 2), IPAddress.Loopback, devices);
        receiver.Process((byte[])old.Clone(), IPAddress.Loopback, devices);
        receiver.Process(V3Trap(boots: 3, time: 9_000, id: 3), IPAddress.Loopback, devices);
        receiver.Process(V3Trap(boots: 5, time: 1, id: 4), IPAddress.Loopback, devices);

        world.Delivered.Should().Be(3);
        world.Refused.Should().HaveCount(2).And.OnlyContain(r => r.StartsWith("A trap came from outside the time window", StringComparison.Ordinal));
    }

    [Fact]
    public void Random_and_mutated_datagrams_never_throw_and_are_never_answered_with_more_than_a_report()
    {
        var random = new Random(1_162);
        var (receiver, world) = Receiver(new Clock());
        TrapSource[] devices = [new(TrapWorld.V2("public")), new(TrapWorld.V3("sender", "sha256", "aes128"))];
        byte[][] good = [Inform(1), V3Trap(1, 1, 1), V1Trap()];
        for (var i = 0; i < Rounds; i++)
        {
            var bytes = i % 4 == 0 ? new byte[random.Next(0, 200)] : (byte[])good[i % 3].Clone();
            if (i % 4 == 0) random.NextBytes(bytes);
            else for (var changes = random.Next(1, 6); changes > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var length = bytes.Length;
            (receiver.Process(bytes, IPAddress.Loopback, devices)?.Length ?? 0).Should().BeLessThanOrEqualTo(length + 120);
        }

        world.Counters[TrapOutcome.Malformed].Should().BePositive();
        world.Counters[TrapOutcome.Refused].Should().BePositive();
    }

    private static byte[] Inform(int id) => Encode(new CommunityMessage(SnmpVersion.V2c, "public"u8.ToArray(), new Pdu(PduType.InformRequest, id, 0, 0, Content())));

    private static VarBind[] Content() =>
    [
        new(ObjectIdentifier.Parse("1.3.6.1.2.1.1.3.0"), SnmpValue.Unsigned32(SnmpType.TimeTicks, 100)),
        new(ObjectIdentifier.Parse("1.3.6.1.6.3.1.1.4.1.0"), SnmpValue.Identifier(ObjectIdentifier.Parse("1.3.6.1.6.3.1.1.5.3"))),
        new(ObjectIdentifier.Parse("1.3.6.1.2.1.2.2.1.1.3"), SnmpValue.Integer32(3)),
    ];

    private static byte[] Encode(CommunityMessage message)
    {
        var writer = new BerWriter(new byte[1_000]);
        message.Write(ref writer);
        return writer.Written.ToArray();
    }

    // RFC 1157 §4.1.6, written by hand: coldStart of enterprise 1.3.6.1.4.1.8072 from 10.0.0.1, at 1 s, without variables.
    private static byte[] V1Trap() => Convert.FromHexString("302702010004067075626c6963a41a06072b06010401bf0840040a00000102010002010043016430 00".Replace(" ", "", StringComparison.Ordinal));

    private static byte[] V3Trap(int boots, int time, int id)
    {
        var header = new UsmHeader
        {
            MessageId = id, Flags = V3Flags.Auth | V3Flags.Priv, EngineId = Engine, Boots = boots, Time = time, UserName = "sender"u8, Keys = new UsmKeyCache().Keys(User, Engine), ContextEngineId = Engine,
        };
        return UsmMessage.Write(new byte[1_000], header, PduType.TrapV2, id, 0, 0, Content()).ToArray();
    }

    private static (TrapReceiver Receiver, Desk Desk) Receiver(TimeProvider time)
    {
        var desk = new Desk();
        return (new TrapReceiver(desk, new ReceiverIdentity(new ReceiverEngine(ReceiverIdentity.NewId(), 1, TimeSpan.Zero), time), desk.Counters, time), desk);
    }

    private sealed class Desk : INotificationDesk
    {
        public TrapCounters Counters { get; } = new();

        public int Delivered { get; private set; }

        public List<string> Refused { get; } = [];

        public Task<ReceiverEngine> EngineAsync(string receiver, byte[] proposed, CancellationToken cancellationToken) => Task.FromResult(new ReceiverEngine(proposed, 1, TimeSpan.Zero));

        public Task<IReadOnlyList<ProtocolTarget>> DevicesAtAsync(string protocol, IPAddress source, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ProtocolTarget>>([]);

        public Task<IReadOnlyList<ProtocolTarget>> DevicesOfEngineAsync(string protocol, string engine, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ProtocolTarget>>([]);

        public bool TryDeliver(ReceivedNotification notification)
        {
            Delivered++;
            return true;
        }

        public void Refuse(Guid? tenant, DeviceCall call, string reason) => Refused.Add(reason);
    }

    private sealed class Clock : TimeProvider
    {
        private TimeSpan elapsed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan by) => elapsed += by;

        public override long GetTimestamp() => elapsed.Ticks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + elapsed;
    }
}
