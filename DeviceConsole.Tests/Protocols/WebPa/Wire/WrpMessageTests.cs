using System.Text;
using DeviceConsole.Protocols.WebPa.Wire;

namespace DeviceConsole.Tests.Protocols.WebPa.Wire;

/// <summary>WRP messages against what parodus sent and others decoded.</summary>
public sealed class WrpMessageTests
{
    public static TheoryData<string> Captures => [.. WebPaCapture.Names];

    [Theory]
    [MemberData(nameof(Captures))]
    public void A_captured_message_reads_as_other_decoders_read_it(string name)
    {
        var bytes = WebPaCapture.Bytes(name);
        var expected = WebPaCapture.Decoded(name);

        WrpMessage.TryRead(bytes, out var message, out var consumed).Should().BeTrue();

        consumed.Should().Be(bytes.Length);
        ((int)message!.Type).Should().Be((int)expected["msg_type"]!);
        var routed = message.Should().BeAssignableTo<WrpRoutedMessage>().Subject;
        routed.Source.Should().Be((string?)expected["source"]);
        routed.Dest.Should().Be((string?)expected["dest"]);
        routed.TransactionUuid.Should().Be((string?)expected["transaction_uuid"]);
        routed.ContentType.Should().Be((string?)expected["content_type"]);
        routed.Status.Should().Be((long?)expected["status"]);
        routed.RequestDeliveryResponse.Should().Be((long?)expected["rdr"]);
        Encoding.UTF8.GetString(routed.Payload.Span).Should().Be((string?)expected["payload"] ?? "");
        routed.Metadata.Should().BeEquivalentTo(expected["metadata"]!.AsObject().ToDictionary(p => p.Key, p => (string)p.Value!));
        routed.PartnerIds.Should().Equal(expected["partner_ids"]?.AsArray().Select(p => (string)p!) ?? []);
    }

    [Theory]
    [InlineData("18-event-sync-notification")]
    [InlineData("19-event-device-status")]
    public void Metadata_that_stands_twice_counts_with_its_last_one(string name)
    {
        WebPaCapture.Json(name)["metadata_occurrences"]!.AsArray().Should().HaveCount(2);

        WrpMessage.TryRead(WebPaCapture.Bytes(name), out var message, out _);

        ((WrpRoutedMessage)message!).Metadata.Should().ContainKey("hw-mac");
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void What_was_read_can_be_written_and_read_again(string name)
    {
        WrpMessage.TryRead(WebPaCapture.Bytes(name), out var first, out _);

        WrpMessage.TryRead(first!.ToArray(), out var second, out var consumed).Should().BeTrue();

        second.Should().BeEquivalentTo(first, o => o.RespectingRuntimeTypes().Excluding(m => m.Path.EndsWith("Payload", StringComparison.Ordinal)));
        ((WrpRoutedMessage)second!).Payload.ToArray().Should().Equal(((WrpRoutedMessage)first).Payload.ToArray());
        consumed.Should().Be(first.ToArray().Length);
    }

    // Bytes by the MessagePack specification, made by hand.
    [Theory]
    [InlineData("82 a8 6d73675f74797065 02 a6 737461747573 cc c8", WrpType.Authorization)]
    [InlineData("83 a8 6d73675f74797065 09 ac 736572766963655f6e616d65 a6 636f6e666967 a3 75726c a1 78", WrpType.ServiceRegistration)]
    [InlineData("81 a8 6d73675f74797065 0a", WrpType.ServiceAlive)]
    [InlineData("81 a8 6d73675f74797065 0b", WrpType.Unknown)]
    [InlineData("de 0001 d9 08 6d73675f74797065 d1 000b", WrpType.Unknown)]
    [InlineData("df 00000002 a1 78 dc 0002 c0 cb 0000000000000000 db 00000008 6d73675f74797065 cf 000000000000000a", WrpType.ServiceAlive)]
    public void Messages_of_every_width_of_head_are_read(string hex, WrpType type)
    {
        WrpMessage.TryRead(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), out var message, out _).Should().BeTrue();

        message!.Type.Should().Be(type);
    }

    [Fact]
    public void An_authorization_is_the_bytes_that_parodus_understands()
    {
        new WrpAuthorization(200).ToArray().Should().Equal(Convert.FromHexString("82a86d73675f7479706502a6737461747573ccc8"));
    }

    [Fact]
    public void Keys_that_wrp_does_not_know_are_passed_over()
    {
        var hex = "85 a8 6d73675f74797065 04 a6 736f75726365 a1 61 a4 64657374 a1 62 a5 7370616e73 91 93 a1 78 ce 00000001 02 a3 6e6577 81 a1 6b c7 02 05 0102";

        WrpMessage.TryRead(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), out var message, out _).Should().BeTrue();

        message.Should().BeOfType<WrpEvent>().Which.Dest.Should().Be("b");
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(127L)]
    [InlineData(128L)]
    [InlineData(255L)]
    [InlineData(256L)]
    [InlineData(65_536L)]
    [InlineData(4_294_967_296L)]
    [InlineData(long.MaxValue)]
    [InlineData(-1L)]
    [InlineData(-33L)]
    [InlineData(-129L)]
    [InlineData(-32_769L)]
    [InlineData(-2_147_483_649L)]
    [InlineData(long.MinValue)]
    public void Whole_numbers_of_every_width_survive(long number)
    {
        WrpMessage.TryRead(new WrpAuthorization(number).ToArray(), out var message, out _);

        message.Should().Be(new WrpAuthorization(number));
    }

    [Theory]
    [InlineData("90", "an array")]
    [InlineData("c1", "a byte that starts nothing")]
    [InlineData("80", "no type")]
    [InlineData("81a86d73675f747970650c", "type 12")]
    [InlineData("81a86d73675f7479706504", "an event without ends")]
    [InlineData("81a86d73675f74797065a133", "a type that is text")]
    [InlineData("81a86d73675f74797065cfffffffffffffffff", "a number of 64 bits without a sign")]
    [InlineData("dfffffffff", "a map of four milliards")]
    [InlineData("81a178dbffffffff", "a text of four gigabytes")]
    [InlineData("81a178c6ffffffff", "bytes of four gigabytes")]
    [InlineData("81a178c9ffffffff", "an extension longer than a length")]
    [InlineData("81a178ddffffffff", "an array of four milliards")]
    public void Invalid_messages_are_refused(string hex, string because)
    {
        FluentActions.Invoking(() => WrpMessage.TryRead(Convert.FromHexString(hex), out _, out _)).Should().Throw<WrpDecodeException>(because);
    }

    [Fact]
    public void A_request_without_a_transaction_is_refused()
    {
        var bytes = new WrpRequest { Source = "a", Dest = "b" }.ToArray();

        FluentActions.Invoking(() => WrpMessage.TryRead(bytes, out _, out _)).Should().Throw<WrpDecodeException>().WithMessage("*transaction_uuid*");
    }
}
