using System.Net;
using System.Net.Sockets;
using DeviceConsole.Protocols.Snmp.Traps;
using DeviceConsole.Protocols.Snmp.Wire;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Protocols.Snmp.Traps;

/// <summary>Notifications that do not come straight from their device: by a forwarder, over TCP, through a proxy.</summary>
public sealed class TrapForwardingTests
{
    private const string LinkDown = "1.3.6.1.6.3.1.1.5.3", TrapAddress = "1.3.6.1.6.3.18.1.3.0", TrapCommunity = "1.3.6.1.6.3.18.1.4.0";
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.7");

    [Fact]
    public async Task A_trusted_forwarder_brings_the_traps_of_the_devices_that_it_names()
    {
        await using var world = await TrapWorld.StartAsync(o => o.Forwarders = "198.51.100.0/24, 127.0.0.1");
        world.DeviceAddress = Elsewhere;
        world.Devices.Add(TrapWorld.V2("of-device"));

        await NetSnmp.RunAsync("snmptrap", "-v2c", "-c", "of-device", world.Address, "77", LinkDown, TrapAddress, "a", "192.0.2.7");
        var own = await world.NextAsync();
        await NetSnmp.RunAsync("snmptrap", "-v2c", "-c", "of-forwarder", world.Address, "77", LinkDown, TrapAddress, "a", "192.0.2.7", TrapCommunity, "s", "of-device");
        var repeated = await world.NextAsync();
        await NetSnmp.RunAsync("snmptrap", "-v1", "-c", "of-device", world.Address, "1.3.6.1.4.1.99999", "192.0.2.7", "6", "17", "12345");
        var old = await world.NextAsync();
        var (exit, output) = await NetSnmp.RunAsync("snmpinform", "-v2c", "-c", "of-device", "-t", "20", "-r", "0", world.Address, "77", LinkDown, TrapAddress, "a", "192.0.2.7");

        (own.Remote, own.Form, own.DeviceId).Should().Be((Elsewhere, "SNMPv2c trap, forwarded by 127.0.0.1", TrapWorld.Device));
        repeated.Values.Should().ContainSingle("the community that the forwarder repeats is a secret").Which.Path.Should().Be(TrapAddress);
        (old.Remote, old.Oid).Should().Be((Elsewhere, "1.3.6.1.4.1.99999.0.17"));
        exit.Should().Be(0, output);
        (await world.NextAsync()).Form.Should().Be("SNMPv2c inform, forwarded by 127.0.0.1");
    }

    [Fact]
    public async Task Who_is_no_forwarder_is_not_believed_whose_trap_it_is()
    {
        await using var world = await TrapWorld.StartAsync(o => o.Forwarders = "198.51.100.0/24");
        world.DeviceAddress = Elsewhere;
        world.Devices.Add(TrapWorld.V2("of-device"));

        await NetSnmp.RunAsync("snmptrap", "-v2c", "-c", "of-device", world.Address, "77", LinkDown, TrapAddress, "a", "192.0.2.7");
        (await world.RefusalAsync()).Reason.Should().StartWith("A trap or inform came from an address of no device.");
        await NetSnmp.RunAsync("snmptrap", "-v1", "-c", "of-device", world.Address, "1.3.6.1.4.1.99999", "192.0.2.7", "6", "17", "12345");
        (await world.RefusalAsync()).Reason.Should().StartWith("A trap or inform came from an address of no device.");

        world.Delivered.Should().BeEmpty();
    }

    [Fact]
    public async Task A_forwarder_that_names_nobody_stands_for_itself_and_a_wrong_community_is_refused()
    {
        await using var world = await TrapWorld.StartAsync(o => o.Forwarders = "127.0.0.1");
        world.Devices.Add(TrapWorld.V2("public"));

        await NetSnmp.RunAsync("snmptrap", "-v2c", "-c", "public", world.Address, "77", LinkDown);
        (await world.NextAsync()).Form.Should().Be("SNMPv2c trap");
        world.DeviceAddress = Elsewhere;
        await NetSnmp.RunAsync("snmptrap", "-v2c", "-c", "guess", world.Address, "77", LinkDown, TrapAddress, "a", "192.0.2.7", TrapCommunity, "s", "guess-2");

        (await world.RefusalAsync()).Reason.Should().StartWith("The community of a trap or inform is none of this device's.");
    }

    [Fact]
    public async Task A_community_with_an_index_behind_it_is_the_devices()
    {
        await using var world = await TrapWorld.StartAsync();
        world.Devices.Add(TrapWorld.V2("public"));

        await NetSnmp.RunAsync("snmptrap", "-v2c", "-c", "public@10", world.Address, "77", LinkDown);
        (await world.NextAsync()).DeviceId.Should().Be(TrapWorld.Device);
        await NetSnmp.RunAsync("snmptrap", "-v2c", "-c", "publi@10", world.Address, "77", LinkDown);

        (await world.RefusalAsync()).Reason.Should().StartWith("The community of a trap or inform is none of this device's.");
    }

    [Fact]
    public async Task Traps_and_informs_come_over_tcp_too()
    {
        await using var world = await StartTcpAsync();
        world.Devices.Add(TrapWorld.V2("public"));
        world.Devices.Add(TrapWorld.V3("sender", "sha256", "aes128"));
        var to = $"tcp:127.0.0.1:{world.TcpPort}";

        await NetSnmp.RunAsync("snmptrap", "-v2c", "-c", "public", to, "77", LinkDown);
        (await world.NextAsync()).Form.Should().Be("SNMPv2c trap");
        var (exit, output) = await NetSnmp.RunAsync("snmpinform", "-v2c", "-c", "public", "-t", "20", "-r", "0", to, "77", LinkDown);
        exit.Should().Be(0, output);
        (await world.NextAsync()).Form.Should().Be("SNMPv2c inform");
        (exit, output) = await NetSnmp.RunAsync("snmpinform", "-v3", "-u", "sender", "-l", "authPriv", "-a", "SHA-256", "-A", "authpass12345", "-x", "AES", "-X", "privpass12345", "-t", "20", "-r", "0", to, "77", LinkDown);

        exit.Should().Be(0, output);
        (await world.NextAsync()).Form.Should().Be("SNMPv3 inform");
    }

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.7 192.0.2.1 40000 162\r\n", "192.0.2.7")]
    [InlineData("PROXY UNKNOWN\r\n", "127.0.0.1")]
    public async Task A_trusted_proxy_says_whose_connection_it_passes_on(string header, string source)
    {
        await using var world = await StartTcpAsync(o => o.Proxies = "127.0.0.0/8");
        world.DeviceAddress = IPAddress.Parse(source);
        world.Devices.Add(TrapWorld.V2("public"));
        using var client = await ConnectAsync(world);

        await SendInPiecesAsync(client, [.. System.Text.Encoding.ASCII.GetBytes(header), .. Trap(1), .. Trap(2)]);

        (await world.NextAsync()).Remote.Should().Be(IPAddress.Parse(source));
        (await world.NextAsync()).Remote.Should().Be(IPAddress.Parse(source));
    }

    [Fact]
    public async Task A_proxy_header_of_anybody_else_and_none_of_a_trusted_proxy_end_the_connection()
    {
        await using var open = await StartTcpAsync();
        await using var behind = await StartTcpAsync(o => o.Proxies = "127.0.0.1");
        foreach (var world in new[] { open, behind }) world.Devices.Add(TrapWorld.V2("public"));
        using var pretender = await ConnectAsync(open);
        using var silent = await ConnectAsync(behind);

        await pretender.GetStream().WriteAsync((byte[])[.. "PROXY TCP4 192.0.2.7 192.0.2.1 40000 162\r\n"u8, .. Trap(1)]);
        await silent.GetStream().WriteAsync(Trap(1));

        foreach (var client in new[] { pretender, silent }) (await ClosedAsync(client)).Should().BeTrue();
        foreach (var world in new[] { open, behind })
        {
            await TrapWorld.WaitAsync(() => world.Counters[TrapOutcome.Malformed] == 1);
            world.Delivered.Should().BeEmpty();
        }
    }

    [Fact]
    public async Task A_v3_trap_that_a_forwarder_brings_is_the_devices_of_its_engine()
    {
        await using var world = await TrapWorld.StartAsync(o => o.Forwarders = "127.0.0.1");
        world.DeviceAddress = Elsewhere;
        var device = TrapWorld.V3("sender", "sha256", "aes128");
        device.Settings["engineId"] = "80001f8804cafe0001";
        world.Devices.Add(device);
        string[] user = ["-v3", "-u", "sender", "-l", "authPriv", "-a", "SHA-256", "-A", "authpass12345", "-x", "AES", "-X", "privpass12345"];

        await NetSnmp.RunAsync("snmptrap", [.. user, "-e", "0x80001f8804cafe0001", world.Address, "77", LinkDown]);
        var taken = await world.NextAsync();
        await NetSnmp.RunAsync("snmptrap", [.. user, "-e", "0x80001f8804cafe0002", world.Address, "77", LinkDown]);
        var unknown = await world.RefusalAsync();
        await NetSnmp.RunAsync("snmptrap", ["-v3", "-u", "sender", "-l", "noAuthNoPriv", "-e", "0x80001f8804cafe0001", world.Address, "77", LinkDown]);
        var unproved = await world.RefusalAsync();

        (taken.DeviceId, taken.Form).Should().Be((TrapWorld.Device, "SNMPv3 trap, forwarded by 127.0.0.1"));
        unknown.Reason.Should().StartWith("A forwarder brought an SNMPv3 trap of the engine 80001f8804cafe0002, which is no device's.");
        unproved.Reason.Should().StartWith("A trap or inform came without the authentication");
        world.Delivered.Should().BeEmpty();
    }

    [Fact]
    public async Task Of_a_user_without_authentication_no_forwarder_is_believed_anything()
    {
        await using var world = await TrapWorld.StartAsync(o => o.Forwarders = "127.0.0.1");
        var device = TrapWorld.V3("sender", "none", "none");
        device.Settings["engineId"] = "80001f8804cafe0001";
        world.Devices.Add(device);

        await NetSnmp.RunAsync("snmptrap", ["-v3", "-u", "sender", "-l", "noAuthNoPriv", "-e", "0x80001f8804cafe0001", world.Address, "77", LinkDown]);

        (await world.RefusalAsync()).Reason.Should().StartWith("A forwarder brought an SNMPv3 trap of the engine");
        world.Delivered.Should().BeEmpty();
    }

    // Signature, version 2 with PROXY, UDP over IPv4, 12 bytes: 192.0.2.7:40000 to 192.0.2.1:162 (HAProxy, "The PROXY protocol", §2.2).
    private static byte[] Header => [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, 0x12, 0x00, 0x0C, 192, 0, 2, 7, 192, 0, 2, 1, 0x9C, 0x40, 0x00, 0xA2];

    [Fact]
    public async Task A_trusted_proxy_says_of_each_datagram_whose_it_is_and_is_what_an_inform_is_answered_to()
    {
        await using var world = await TrapWorld.StartAsync(o => o.Proxies = "127.0.0.0/8");
        world.DeviceAddress = Elsewhere;
        world.Devices.Add(TrapWorld.V2("public"));
        using var socket = new UdpClient("127.0.0.1", world.Port);
        var inform = Trap(7);
        inform[Array.IndexOf(inform, (byte)PduType.TrapV2)] = (byte)PduType.InformRequest;

        await socket.SendAsync((byte[])[.. Header, .. Trap(1)]);
        (await world.NextAsync()).Remote.Should().Be(Elsewhere);
        await socket.SendAsync((byte[])[.. Header, .. inform]);
        var answer = await socket.ReceiveAsync().WaitAsync(TimeSpan.FromSeconds(30));

        CommunityMessage.TryRead(answer.Buffer, out var message, out _).Should().BeTrue("the answer has no header");
        (message.Pdu.Type, message.Pdu.RequestId).Should().Be((PduType.Response, 7));
        await socket.SendAsync(Trap(2));
        (await world.RefusalAsync()).Reason.Should().StartWith("A trap or inform came from an address of no device.", "without a header the proxy stands for itself");
    }

    [Fact]
    public async Task A_header_of_anybody_else_and_half_a_header_are_no_notification()
    {
        await using var open = await TrapWorld.StartAsync();
        await using var behind = await TrapWorld.StartAsync(o => o.Proxies = "127.0.0.1");
        foreach (var world in new[] { open, behind })
        {
            world.Devices.Add(TrapWorld.V2("public"));
            using var socket = new UdpClient("127.0.0.1", world.Port);
            await socket.SendAsync(world == open ? [.. Header, .. Trap(1)] : Header[..20]);
            await TrapWorld.WaitAsync(() => world.Counters[TrapOutcome.Malformed] == 1);
            world.Delivered.Should().BeEmpty();
        }
    }

    [Fact]
    public async Task What_more_comes_than_waits_is_dropped_and_counted()
    {
        await using var world = await TrapWorld.StartAsync();
        world.Devices.Add(TrapWorld.V2("public"));
        world.LookUp = new TaskCompletionSource();
        using var socket = new UdpClient("127.0.0.1", world.Port);
        for (var i = 0; i < 1_200; i++) await world.SendAsync(socket, Trap(i), i);
        await TrapWorld.WaitAsync(() => world.Counters[TrapOutcome.Received] == 1_200 && world.Counters[TrapOutcome.Dropped] > 0);
        world.LookUp.SetResult();

        await TrapWorld.WaitAsync(() => world.Counters[TrapOutcome.Accepted] + world.Counters[TrapOutcome.Dropped] == 1_200);
    }

    private static Task<TrapWorld> StartTcpAsync(Action<TrapOptions>? configure = null) => TrapWorld.StartAsync(o =>
    {
        o.TcpPort = FreePort.Tcp();
        configure?.Invoke(o);
    });

    private static async Task<TcpClient> ConnectAsync(TrapWorld world)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, world.TcpPort);
        return client;
    }

    // A stream has no borders of messages.
    private static async Task SendInPiecesAsync(TcpClient client, byte[] bytes)
    {
        client.NoDelay = true;
        foreach (var piece in bytes.Chunk(7)) await client.GetStream().WriteAsync(piece);
    }

    private static async Task<bool> ClosedAsync(TcpClient client)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            return await client.GetStream().ReadAsync(new byte[1], patience.Token) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static byte[] Trap(int id) => ScriptedAgent.Encode(new CommunityMessage(SnmpVersion.V2c, "public"u8.ToArray(), new Pdu(PduType.TrapV2, id, 0, 0,
        new VarBind[]
        {
            new(ObjectIdentifier.Parse("1.3.6.1.2.1.1.3.0"), SnmpValue.Unsigned32(SnmpType.TimeTicks, 77)),
            new(ObjectIdentifier.Parse("1.3.6.1.6.3.1.1.4.1.0"), SnmpValue.Identifier(ObjectIdentifier.Parse(LinkDown))),
        })));
}
