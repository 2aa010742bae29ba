using DeviceConsole.Protocols.Usp.Wire;
using DeviceConsole.Protocols.Usp.Wire.Messages;
using DeviceConsole.Protocols.Usp.Wire.Records;
using DeviceConsole.Protocols.Usp.Wire.Text;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Protocols.Usp.Wire;

/// <summary>Whatever bytes come, there is a record, a message or the one typed exception.</summary>
public sealed class UspHostileInputTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private static int Rounds => Environment.GetEnvironmentVariable("DEVICECONSOLE_TEST_FULL") == "1" ? 1_000_000 : 50_000;

    [Fact]
    public void Random_bytes_give_nothing_but_the_typed_exception()
    {
        var random = new Random(369);
        var before = Processor.Time;
        for (var i = 0; i < Rounds; i++)
        {
            var bytes = new byte[random.Next(0, 200)];
            random.NextBytes(bytes);
            TryEverything(bytes);
        }
        (Processor.Time - before).Should().BeLessThan(Bound * Math.Max(1, Rounds / 50_000));
    }

    [Fact]
    public void Mutated_captures_give_nothing_but_the_typed_exception()
    {
        var random = new Random(3_690);
        var captures = UspCapture.Records.Select(c => c.Bytes).Where(b => b.Length < 2_000).ToArray();
        int read = 0, refused = 0;
        for (var i = 0; i < Rounds; i++)
        {
            var bytes = (byte[])captures[i % captures.Length].Clone();
            for (var changes = random.Next(1, 5); changes > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) bytes = bytes[..random.Next(bytes.Length)];
            if (TryEverything(bytes)) read++;
            else refused++;
        }

        // Both must occur, or the mutations test nothing.
        read.Should().BePositive();
        refused.Should().BePositive();
    }

    [Fact]
    public void Every_prefix_of_a_record_is_refused_or_read()
    {
        foreach (var capture in UspCapture.Records.Where(c => c.Bytes.Length < 2_000))
            for (var length = 0; length < capture.Bytes.Length; length++) TryEverything(capture.Bytes[..length]);
        UspCapture.Records.Should().NotBeEmpty();
    }

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("0a03312e33", "a version only")]
    [InlineData("3a02120a", "a payload longer than its record")]
    [InlineData("12017812ffffffffffffffffff01", "a length of more than 2^63")]
    [InlineData("0a80808080808080808080", "a number of more than 64 bits")]
    [InlineData("0b", "a group")]
    [InlineData("00", "field number 0")]
    [InlineData("1201781a01790a01ff3a00", "a text that is not UTF-8")]
    [InlineData("0801", "a number where a text is due")]
    public void Invalid_records_are_refused(string hex, string because)
    {
        FluentActions.Invoking(() => UspRecord.Decode(Convert.FromHexString(hex))).Should().Throw<UspDecodeException>(because);
    }

    [Fact]
    public void A_message_whose_header_and_body_differ_is_refused()
    {
        var bytes = new UspMessage("1", new GetRequest { ParamPaths = ["Device."] }).Encode();
        var header = Array.IndexOf(bytes, (byte)0x10);
        bytes[header + 1] = 4;

        FluentActions.Invoking(() => UspMessage.Decode(bytes)).Should().Throw<UspDecodeException>().WithMessage("*Set*");
    }

    [Fact]
    public void Millions_of_empty_fields_are_refused_before_they_fill_the_memory()
    {
        // GetResp with requested paths of no length: two bytes each.
        var paths = Enumerable.Repeat<byte[]>([0x0a, 0x00], 1_000_000).SelectMany(b => b).ToArray();
        var bytes = Nest(paths, 1, 2, 2);
        var before = GC.GetAllocatedBytesForCurrentThread();

        FluentActions.Invoking(() => UspMessage.Decode(bytes)).Should().Throw<UspDecodeException>();

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(100_000_000);
    }

    [Fact]
    public void Nesting_is_no_deeper_than_the_schema()
    {
        var bytes = Array.Empty<byte>();
        for (var i = 0; i < 10_000; i++) bytes = [0x12, .. Length(bytes.Length), .. bytes];

        FluentActions.Invoking(() => UspMessage.Decode(bytes)).Should().Throw<UspDecodeException>();
    }

    private static byte[] Nest(byte[] bytes, params int[] fields)
    {
        foreach (var field in fields) bytes = [(byte)((field << 3) | 2), .. Length(bytes.Length), .. bytes];
        return bytes;
    }

    private static byte[] Length(int length)
    {
        var octets = new List<byte>();
        for (; length >= 0x80; length >>= 7) octets.Add((byte)(length | 0x80));
        octets.Add((byte)length);
        return [.. octets];
    }

    private static bool TryEverything(byte[] bytes)
    {
        var read = false;
        try
        {
            var record = UspRecord.Decode(bytes);
            read = true;
            UspText.Record(bytes);
            if (record.Body is not NoSessionContext whole) return read;
            read = false;
            var text = UspText.Message(whole.Payload.Span);
            UspRedaction.Apply(text);
            UspMessage.Decode(whole.Payload.Span);
            read = true;
        }
        catch (UspDecodeException)
        {
            return read;
        }
        return read;
    }
}
