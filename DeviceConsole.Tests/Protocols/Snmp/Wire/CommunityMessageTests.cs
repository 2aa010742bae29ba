using System.Text;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Tests.Protocols.Snmp.Wire;

/// <summary>The codec against datagrams of Net-SNMP.</summary>
public sealed class CommunityMessageTests
{
    public static TheoryData<string> Captures => [.. SnmpCapture.Names];

    [Theory]
    [MemberData(nameof(Captures))]
    public void A_captured_datagram_is_read_and_written_again_byte_for_byte(string name)
    {
        foreach (var datagram in (byte[][])[SnmpCapture.Request(name), SnmpCapture.Response(name)])
        {
            CommunityMessage.TryRead(datagram, out var message, out var consumed).Should().BeTrue();

            consumed.Should().Be(datagram.Length);
            var writer = new BerWriter(new byte[1_000]);
            message.Write(ref writer);
            Convert.ToHexString(writer.Written).Should().Be(Convert.ToHexString(datagram));
        }
    }

    [Fact]
    public void Every_type_has_the_value_that_the_tool_printed()
    {
        var message = Read(SnmpCapture.Response("get-types"));

        message.Version.Should().Be(SnmpVersion.V2c);
        Encoding.ASCII.GetString(message.Community.Span).Should().Be("public");
        message.Pdu.Type.Should().Be(PduType.Response);
        message.Pdu.VarBinds.ToArray().Select(v => $"{v.Name} = {v.Value}").Should().Equal(
            "1.3.6.1.4.1.99999.2.1.0 = Counter32: 4294967295",
            "1.3.6.1.4.1.99999.2.2.0 = Gauge32: 3000000000",
            "1.3.6.1.4.1.99999.2.3.0 = TimeTicks: 4294967295",
            "1.3.6.1.4.1.99999.2.4.0 = OBJECT IDENTIFIER: 1.3.6.1.4.1.99999.4294967295",
            "1.3.6.1.4.1.99999.2.5.0 = OCTET STRING: 00:ff:10",
            "1.3.6.1.4.1.99999.2.6.0 = Integer32: -2147483648",
            "1.3.6.1.4.1.99999.3.1.0 = Counter64: 18446744073709551615",
            "1.3.6.1.4.1.99999.3.2.0 = IpAddress: 10.1.2.3",
            "1.3.6.1.2.1.1.5.7 = noSuchInstance: ",
            "1.3.6.1.4.1.99999.9.0 = noSuchObject: ");
    }

    [Fact]
    public void A_float_in_an_opaque_is_read()
    {
        var value = Read(SnmpCapture.Response("opaque-float")).Pdu.VarBinds.Span[0].Value;

        // The tool prints six decimals of 17.397949; the shortest text that gives the same four octets is shorter.
        value.ToString().Should().Be("Opaque Float: 17.39795");
    }

    [Fact]
    public void The_end_of_the_mib_is_an_exception_and_no_value()
    {
        var varBind = Read(SnmpCapture.Response("end-of-mib")).Pdu.VarBinds.Span[0];

        varBind.Value.Type.Should().Be(SnmpType.EndOfMibView);
        varBind.Value.IsException.Should().BeTrue();
        varBind.Name.ToString().Should().Be("1.3.6.1.6.3.99");
    }

    [Theory]
    [InlineData("get-v1-nosuchname", SnmpErrorStatus.NoSuchName, 2)]
    [InlineData("set-notwritable", SnmpErrorStatus.NotWritable, 1)]
    [InlineData("getnext", SnmpErrorStatus.NoError, 0)]
    public void Error_status_and_index_are_the_agents(string name, SnmpErrorStatus status, int index)
    {
        var pdu = Read(SnmpCapture.Response(name)).Pdu;

        ((SnmpErrorStatus)pdu.ErrorStatus).Should().Be(status);
        pdu.ErrorIndex.Should().Be(index);
    }

    [Fact]
    public void A_bulk_request_has_non_repeaters_and_max_repetitions()
    {
        var pdu = Read(SnmpCapture.Request("getbulk")).Pdu;

        pdu.Type.Should().Be(PduType.GetBulkRequest);
        (pdu.ErrorStatus, pdu.ErrorIndex).Should().Be((1, 4));
    }

    [Fact]
    public void Bytes_behind_the_message_are_left_alone()
    {
        var datagram = SnmpCapture.Response("get-v1");

        CommunityMessage.TryRead([.. datagram, .. datagram], out _, out var consumed).Should().BeTrue();

        consumed.Should().Be(datagram.Length);
    }

    private static CommunityMessage Read(byte[] datagram)
    {
        CommunityMessage.TryRead(datagram, out var message, out _).Should().BeTrue();
        return message;
    }
}
