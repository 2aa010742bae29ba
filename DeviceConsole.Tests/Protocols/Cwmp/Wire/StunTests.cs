using System.Net;
using DeviceConsole.Protocols.Cwmp.ConnectionRequest;
using DeviceConsole.Protocols.Cwmp.Stun;
using DeviceConsole.Protocols.Cwmp.Wire.Stun;

namespace DeviceConsole.Tests.Protocols.Cwmp.Wire;

/// <summary>STUN as TR-069 Annex G uses it, and signatures of UDP connection requests.</summary>
public class StunTests
{
    private static readonly IPEndPoint From = new(IPAddress.Parse("192.0.2.1"), 32853);
    private static readonly IPEndPoint Local = new(IPAddress.Parse("198.51.100.1"), 3478);

    // RFC 5769 §2.2: the transaction id, and its XOR-MAPPED-ADDRESS of 192.0.2.1 port 32853.
    [Fact]
    public void A_client_of_rfc_5389_gets_the_address_of_the_test_vector()
    {
        var request = Convert.FromHexString("000100002112A442B7E7A701BC34D686FA87DFAE");

        var answer = StunServer.Answer(request, From, Local)!;

        Convert.ToHexString(answer[..20]).Should().Be("010100182112A442B7E7A701BC34D686FA87DFAE");
        Convert.ToHexString(answer[20..32]).Should().Be("002000080001A147E112A643");
    }

    // RFC 3489 §11.2.1: family 1, the port, four bytes.
    [Fact]
    public void A_classic_client_gets_its_address_readable_and_the_servers()
    {
        var request = Convert.FromHexString("0001001C" + "000102030405060708090A0B0C0D0E0F" + "C0010014" + "64736C666F72756D2E6F72672F54522D31313120" + "C0020000");

        var read = StunMessage.Read(request)!;
        var answer = StunServer.Answer(request, From, Local)!;

        read.Find(StunMessage.ConnectionRequestBinding).Should().Equal(StunMessage.BindingText.ToArray());
        read.Find(StunMessage.BindingChange).Should().BeEmpty();
        Convert.ToHexString(answer).Should().Be("01010018" + "000102030405060708090A0B0C0D0E0F" + "0001000800018055C0000201" + "0004000800010D96C6336401");
    }

    [Fact]
    public void What_would_make_a_reflector_is_not_answered()
    {
        var elsewhere = new StunMessage(StunMessage.BindingRequest, new byte[16], [StunMessage.Address(StunMessage.ResponseAddress, Local)]).Write();

        StunServer.Answer(elsewhere, From, Local).Should().BeNull();
        StunServer.Answer(new StunMessage(StunMessage.BindingResponse, new byte[16], []).Write(), From, Local).Should().BeNull("only requests are answered");
    }

    [Fact]
    public void Random_and_damaged_datagrams_are_nothing_or_a_message()
    {
        var random = new Random(7);
        var good = new StunMessage(StunMessage.BindingRequest, new byte[16], [StunMessage.Address(StunMessage.MappedAddress, From), new StunAttribute(StunMessage.Username, [1, 2, 3])]).Write();
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = i % 2 == 0 ? new byte[random.Next(200)] : good.ToArray();
            if (i % 2 == 0) random.NextBytes(bytes);
            else bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            StunMessage.Read(bytes)?.Attributes.Should().OnlyContain(a => a.Value.Length <= bytes.Length);
        }
    }

    // The expected value: printf '11206737001234CPE57689XTGRWIPC6D3IPXS3' | openssl dgst -sha1 -hmac 'let me in'
    [Fact]
    public void A_udp_connection_request_is_signed_over_its_values()
    {
        UdpConnectionRequest.Write("10.1.1.1:8080", 1120673700, 1234, "CPE57689", "let me in", "XTGRWIPC6D3IPXS3").Should().Be(
            "GET http://10.1.1.1:8080?ts=1120673700&id=1234&un=CPE57689&cn=XTGRWIPC6D3IPXS3&sig=0B85A97FB39DCF63A99D67B240B1C55522E52B17 HTTP/1.1\r\n\r\n");
    }
}
