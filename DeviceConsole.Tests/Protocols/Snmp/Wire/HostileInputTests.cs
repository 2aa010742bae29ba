using DeviceConsole.Protocols.Snmp.Wire;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Protocols.Snmp.Wire;

/// <summary>Incomplete input is not invalid, invalid input gives one exception, and nothing else ever happens.</summary>
public sealed class HostileInputTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private static int Rounds => Environment.GetEnvironmentVariable("DEVICECONSOLE_TEST_FULL") == "1" ? 2_000_000 : 100_000;

    [Fact]
    public void Every_prefix_of_a_message_is_incomplete_and_consumes_nothing()
    {
        foreach (var datagram in SnmpCapture.All)
        {
            for (var length = 0; length < datagram.Length; length++)
            {
                CommunityMessage.TryRead(datagram[..length], out _, out var consumed).Should().BeFalse();
                consumed.Should().Be(0);
            }
        }
    }

    [Fact]
    public void A_stream_gives_the_same_messages_wherever_it_is_split()
    {
        var stream = SnmpCapture.All.SelectMany(d => d).ToArray();
        var whole = ReadAll([stream]);

        for (var split = 0; split <= stream.Length; split++)
            ReadAll([stream[..split], stream[split..]]).Should().Equal(whole, "split at {0}", split);
    }

    [Fact]
    public void Random_bytes_give_nothing_but_the_typed_exception()
    {
        var random = new Random(20_240_607);
        var before = Processor.Time;

        for (var i = 0; i < Rounds; i++)
        {
            var bytes = new byte[random.Next(0, 120)];
            random.NextBytes(bytes);
            if (bytes.Length > 1 && i % 2 == 0) (bytes[0], bytes[1]) = (0x30, (byte)(bytes.Length - 2));
            TryEverything(bytes);
        }

        (Processor.Time - before).Should().BeLessThan(Bound * Math.Max(1, Rounds / 100_000));
    }

    [Fact]
    public void Mutated_captures_give_nothing_but_the_typed_exception()
    {
        var random = new Random(3_416);
        var captures = SnmpCapture.All.ToArray();
        var read = 0;
        var refused = 0;
        for (var i = 0; i < Rounds; i++)
        {
            var bytes = (byte[])captures[i % captures.Length].Clone();
            for (var changes = random.Next(1, 5); changes > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (TryEverything(bytes)) read++;
            else refused++;
        }

        // Both must occur, or the mutations test nothing.
        read.Should().BePositive();
        refused.Should().BePositive();
    }

    [Theory]
    [InlineData("30 80 00 00", "indefinite length")]
    [InlineData("30 85 00 00 00 00 02 01 01", "five length octets")]
    [InlineData("30 84 7f ff ff ff 02 01 01", "two gigabytes")]
    [InlineData("31 03 02 01 01", "a set instead of a sequence")]
    [InlineData("30 03 02 01 02", "version 2")]
    [InlineData("30 03 02 04 00", "an integer that reaches past its sequence")]
    [InlineData("30 0a 02 01 01 04 05 70 75 62 6c 69", "a message that ends with its community")]
    public void Invalid_headers_are_refused(string hex, string because)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

        FluentActions.Invoking(() => CommunityMessage.TryRead(bytes, out _, out _)).Should().Throw<SnmpDecodeException>(because);
    }

    [Fact]
    public void A_message_of_nothing_but_nested_sequences_is_refused_without_recursion()
    {
        var bytes = Enumerable.Repeat<byte[]>([0x30, 0x83, 0x00, 0xff, 0xf0], 14_000).SelectMany(b => b).ToArray();

        FluentActions.Invoking(() => CommunityMessage.TryRead(bytes, out _, out _)).Should().Throw<SnmpDecodeException>();
    }

    private static bool TryEverything(byte[] bytes)
    {
        MessagePeek.TryRead(bytes, out _);
        try
        {
            if (!CommunityMessage.TryRead(bytes, out var message, out _)) return false;
            foreach (var varBind in message.Pdu.VarBinds.Span)
            {
                // What was read can be shown, compared and sent.
                varBind.Name.ToString().Should().NotBeEmpty();
                SnmpText.Render(varBind.Value).Should().NotBeNull();
                ObjectIdentifier.Parse(varBind.Name.ToString()).CompareTo(varBind.Name).Should().Be(varBind.Name.IsEmpty ? 1 : 0);
            }

            var writer = new BerWriter(new byte[bytes.Length + 200]);
            message.Write(ref writer);
            return true;
        }
        catch (SnmpDecodeException)
        {
            return false;
        }
    }

    private static List<int> ReadAll(byte[][] chunks)
    {
        var ids = new List<int>();
        var buffer = Array.Empty<byte>();
        foreach (var chunk in chunks)
        {
            buffer = [.. buffer, .. chunk];
            while (CommunityMessage.TryRead(buffer, out var message, out var consumed))
            {
                ids.Add(message.Pdu.RequestId);
                buffer = buffer[consumed..];
            }
        }

        buffer.Should().BeEmpty();
        return ids;
    }
}
