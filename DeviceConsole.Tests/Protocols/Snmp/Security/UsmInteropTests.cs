using System.Net;
using DeviceConsole.Protocols.Snmp;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Security;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Tests.Protocols.Snmp.Security;

/// <summary>SNMPv3, TCP and IPv6 against a real Net-SNMP agent.</summary>
public sealed class UsmInteropTests(UsmFixture fixture) : IClassFixture<UsmFixture>
{
    private static readonly ObjectIdentifier SysObjectId = ObjectIdentifier.Parse("1.3.6.1.2.1.1.2.0");
    private static readonly ObjectIdentifier Table = ObjectIdentifier.Parse("1.3.6.1.4.1.99999.1.1.1");

    public static TheoryData<AuthProtocol, PrivProtocol> Pairs
    {
        get
        {
            var pairs = new TheoryData<AuthProtocol, PrivProtocol> { { AuthProtocol.None, PrivProtocol.None } };
            foreach (var hash in UsmFixture.Hashes)
                foreach (var cipher in UsmFixture.Ciphers) pairs.Add(hash, cipher);
            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Every_hash_and_cipher_reads_with_privacy_and_without(AuthProtocol auth, PrivProtocol priv)
    {
        var reply = await fixture.Client.GetAsync(fixture.Peer(UsmFixture.User(auth, priv)), SysObjectId);
        Expect(reply);
        if (auth == AuthProtocol.None) return;

        var without = UsmFixture.User(auth, PrivProtocol.None, UsmFixture.NameOf(auth, priv));
        Expect(await fixture.Client.GetAsync(fixture.Peer(without), SysObjectId));
    }

    [Fact]
    public async Task A_device_is_asked_for_its_engine_once_and_its_keys_are_made_once()
    {
        using var client = new SnmpClient();
        var user = UsmFixture.User(AuthProtocol.Sha256, PrivProtocol.Aes128);
        var (first, second) = (new Notes(), new Notes());

        Expect(await client.GetAsync(Watched(user, first), SysObjectId));
        var engine = client.Hosts.Get(fixture.Peer(user)).Engine!;
        Expect(await client.GetAsync(Watched(user, second), SysObjectId));

        first.Discoveries.Should().BeGreaterThan(0);
        second.Discoveries.Should().Be(0);
        client.Keys.Keys(user, engine.Id).Should().BeSameAs(client.Keys.Keys(user, engine.Id));

        SnmpPeer Watched(UsmUser of, Notes notes)
        {
            var peer = fixture.Peer(of);
            return new SnmpPeer(peer.Scope, peer.EndPoint, of) { Timeout = peer.Timeout, Retries = peer.Retries, Watch = notes };
        }
    }

    private sealed class Notes : ISnmpWatch
    {
        public int Discoveries { get; private set; }

        public void Sent(in SnmpRequest request, int attempt)
        {
            // Not looked at.
        }

        public void Ended(SnmpReply reply)
        {
            // Not looked at.
        }

        public void Noted(string text) => Discoveries += text.Contains("asked for its SNMPv3 engine", StringComparison.Ordinal) ? 1 : 0;
    }

    [Fact]
    public async Task A_walk_with_privacy_is_whole()
    {
        var walk = fixture.Client.Walk(fixture.Peer(UsmFixture.User(AuthProtocol.Sha512, PrivProtocol.Aes256)), Table);

        (await walk.CollectAsync()).Sum(p => p.Length).Should().Be(400);
        walk.End!.Reason.Should().Be(SnmpWalkReason.SubtreeEnd);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_same_over_tcp(bool secure)
    {
        var endPoint = new IPEndPoint(IPAddress.Loopback, fixture.TcpPort);
        var peer = secure
            ? new SnmpPeer(Guid.Empty, endPoint, UsmFixture.User(AuthProtocol.Sha1, PrivProtocol.Aes128)) { Timeout = TimeSpan.FromSeconds(20), Retries = 0, Transport = SnmpTransport.Tcp }
            : new SnmpPeer(Guid.Empty, endPoint, SnmpVersion.V2c, "public"u8.ToArray()) { Timeout = TimeSpan.FromSeconds(20), Retries = 0, Transport = SnmpTransport.Tcp };

        var walk = fixture.Client.Walk(peer, Table);

        (await walk.CollectAsync()).Sum(p => p.Length).Should().Be(400);
        Expect(await fixture.Client.GetAsync(peer, SysObjectId));
    }

    [Fact]
    public async Task A_tcp_port_where_nobody_listens_refuses_at_once()
    {
        var peer = new SnmpPeer(Guid.Empty, new IPEndPoint(IPAddress.Loopback, Peers.FreePort.Tcp()), SnmpVersion.V2c, "public"u8.ToArray())
        {
            Timeout = TimeSpan.FromSeconds(20), Transport = SnmpTransport.Tcp,
        };

        var reply = await fixture.Client.GetAsync(peer, SysObjectId);

        reply.Status.Should().Be(SnmpReplyStatus.Unreachable);
        SnmpFaults.From(peer, reply, default).Message.Should().Contain("nothing listens on TCP port");
    }

    [Fact]
    public async Task The_same_over_ipv6_with_a_zone()
    {
        // A zone is ignored where the address is not link-local.
        var loopback = IPAddress.Parse("::1%1");
        var peer = new SnmpPeer(Guid.Empty, new IPEndPoint(loopback, fixture.Udp6Port), UsmFixture.User(AuthProtocol.Sha256, PrivProtocol.Aes128)) { Timeout = TimeSpan.FromSeconds(20), Retries = 0 };

        Expect(await fixture.Client.GetAsync(peer, SysObjectId));
    }

    [Fact]
    public async Task A_set_with_privacy_is_written()
    {
        var location = ObjectIdentifier.Parse("1.3.6.1.2.1.1.6.0");
        var peer = fixture.Peer(UsmFixture.User(AuthProtocol.Sha256, PrivProtocol.Aes128, "u_write"));

        (await fixture.Client.SetAsync(peer, (VarBind[])[new(location, SnmpValue.Text("Rack 9"))])).IsSuccess.Should().BeTrue();

        SnmpText.Render((await fixture.Client.GetAsync(peer, location)).VarBinds.Span[0].Value).Should().Be("Rack 9");
    }

    [Fact]
    public async Task Wrong_password_unknown_user_and_unsupported_level_have_sentences_of_their_own()
    {
        var wrongPassword = fixture.Peer(UsmFixture.User(AuthProtocol.Sha1, PrivProtocol.Aes128, authPassword: "another12345"));
        var unknown = fixture.Peer(UsmFixture.User(AuthProtocol.Sha1, PrivProtocol.Aes128, "nobody"));
        var level = fixture.Peer(UsmFixture.User(AuthProtocol.Sha1, PrivProtocol.Aes128, "u_none_none"));

        (await RefusalAsync(wrongPassword)).Should().Be(("snmp.wrong-digest",
            $"The device at {wrongPassword} does not accept the authentication of the user \"u_sha1_aes128\": the authentication password or protocol is another one there."));
        (await RefusalAsync(unknown)).Should().Be(("snmp.unknown-user",
            $"The device at {unknown} does not know the SNMPv3 user \"nobody\". Check its spelling, and that the user exists on the device."));
        (await RefusalAsync(level)).Should().Be(("snmp.unsupported-level",
            $"The user \"u_none_none\" may not use this security level on the device at {level}. Choose authentication and privacy as the user has them there."));
    }

    [Fact]
    public async Task A_wrong_privacy_password_is_told_as_the_agent_tells_it()
    {
        var peer = fixture.Peer(UsmFixture.User(AuthProtocol.Sha1, PrivProtocol.Aes256Reeder, privPassword: "another12345"), milliseconds: 1_500);

        var reply = await fixture.Client.GetAsync(peer, SysObjectId);

        SnmpFaults.From(peer, reply, default).Message.Should().Match(m => m.Contains("privacy password or protocol is another one", StringComparison.Ordinal) || m.Contains("the privacy protocol and password", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_engine_ID_that_is_not_the_devices_is_told()
    {
        var peer = new SnmpPeer(Guid.Empty, fixture.Agent.EndPoint, UsmFixture.User(AuthProtocol.Sha1, PrivProtocol.Aes128)) { Timeout = TimeSpan.FromSeconds(20), Retries = 0, EngineId = Convert.FromHexString("80001f8804aabbccdd") };

        (await RefusalAsync(peer)).Code.Should().Be("snmp.unknown-engine");
    }

    [Fact]
    public async Task A_clock_that_is_wrong_is_set_once_and_the_request_succeeds()
    {
        using var client = new SnmpClient();
        var peer = fixture.Peer(UsmFixture.User(AuthProtocol.Sha256, PrivProtocol.Aes192));
        Expect(await client.GetAsync(peer, SysObjectId));
        var host = client.Hosts.Get(peer);
        host.Engine = host.Engine! with { Boots = host.Engine.Boots + 7, Time = 1_000_000 };

        Expect(await client.GetAsync(peer, SysObjectId));

        host.Engine.Boots.Should().BeLessThan(7);
        host.Engine.IsAuthentic.Should().BeTrue();
    }

    private async Task<(string Code, string Message)> RefusalAsync(SnmpPeer peer)
    {
        var reply = await fixture.Client.GetAsync(peer, SysObjectId);
        reply.Status.Should().Be(SnmpReplyStatus.Report);
        var fault = SnmpFaults.From(peer, reply, default);
        return (fault.Code, fault.Message);
    }

    private static void Expect(SnmpReply reply)
    {
        reply.Detail.Should().BeNull();
        reply.IsSuccess.Should().BeTrue();
        reply.VarBinds.Span[0].Value.ToIdentifier().ToString().Should().Be("1.3.6.1.4.1.8072.3.2.10");
    }
}
