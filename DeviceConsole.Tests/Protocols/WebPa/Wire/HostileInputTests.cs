using DeviceConsole.Protocols.WebPa.Wire;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Protocols.WebPa.Wire;

/// <summary>Incomplete input is not invalid, invalid input gives one exception, and nothing else ever happens.</summary>
public sealed class HostileInputTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private static int Rounds => Environment.GetEnvironmentVariable("DEVICECONSOLE_TEST_FULL") == "1" ? 1_000_000 : 100_000;

    [Fact]
    public void Every_prefix_of_a_message_is_incomplete_and_consumes_nothing()
    {
        foreach (var name in WebPaCapture.Names)
        {
            var bytes = WebPaCapture.Bytes(name);
            // The two longest have tens of thousands of prefixes that differ in nothing: every 97th of those.
            for (var length = 0; length < bytes.Length; length += bytes.Length > 8_000 ? 97 : 1)
            {
                WrpMessage.TryRead(bytes.AsMemory(0, length), out _, out var consumed).Should().BeFalse();
                consumed.Should().Be(0);
            }
        }
    }

    [Fact]
    public void Messages_behind_each_other_are_read_one_by_one()
    {
        var all = WebPaCapture.Names.Select(WebPaCapture.Bytes).ToList();
        ReadOnlyMemory<byte> rest = all.SelectMany(b => b).ToArray();

        foreach (var bytes in all)
        {
            WrpMessage.TryRead(rest, out _, out var consumed).Should().BeTrue();
            consumed.Should().Be(bytes.Length);
            rest = rest[consumed..];
        }

        rest.IsEmpty.Should().BeTrue();
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
            // Every other one begins as a message does, so that what follows is looked at.
            if (bytes.Length > 11 && i % 2 == 0) Convert.FromHexString("8fa86d73675f74797065").CopyTo(bytes.AsSpan());
            TryEverything(bytes);
        }

        (Processor.Time - before).Should().BeLessThan(Bound * Math.Max(1, Rounds / 100_000));
    }

    [Fact]
    public void Mutated_captures_give_nothing_but_the_typed_exception()
    {
        var random = new Random(3_416);
        var captures = WebPaCapture.Names.Select(WebPaCapture.Bytes).Where(b => b.Length < 8_000).ToArray();
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

    [Fact]
    public void Nesting_without_end_is_refused_without_recursion()
    {
        var bytes = new byte[100_000];
        Array.Fill(bytes, (byte)0x91);
        Convert.FromHexString("81a178").CopyTo(bytes, 0);

        FluentActions.Invoking(() => WrpMessage.TryRead(bytes, out _, out _)).Should().Throw<WrpDecodeException>().WithMessage("*deeper*");
    }

    [Fact]
    public void Heads_that_promise_much_take_no_memory()
    {
        // 65,535 metadata entries, headers and partner ids are promised; nothing of them is there.
        foreach (var hex in new[] { "82a86d73675f7479706504a86d65746164617461deffff", "82a86d73675f7479706504a768656164657273dcffff", "81a178ddffff0000" })
        {
            var bytes = Convert.FromHexString(hex);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                WrpMessage.TryRead(bytes, out _, out _).Should().BeFalse();
            }
            catch (WrpDecodeException e)
            {
                e.Message.Should().NotBeEmpty();
            }
            (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(64 * 1024);
        }
    }

    private static bool TryEverything(byte[] bytes)
    {
        try
        {
            if (!WrpMessage.TryRead(bytes, out var message, out var consumed)) return false;
            consumed.Should().BeInRange(1, bytes.Length);
            // What was read can be written and read again.
            WrpMessage.TryRead(message!.ToArray(), out var again, out _).Should().BeTrue();
            again!.Type.Should().Be(message.Type);
            return true;
        }
        catch (WrpDecodeException)
        {
            return false;
        }
    }
}
