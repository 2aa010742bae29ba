using System.Buffers;
using System.Text;
using DeviceConsole.Protocols.Shared.ProxyProtocol;

namespace DeviceConsole.Tests.Protocols.Shared;

/// <summary>The PROXY protocol. Golden headers are the examples of HAProxy's specification and what haproxy 2.6 sends (Captures/proxy).</summary>
public sealed class ProxyHeaderReaderTests
{
    private static int Rounds => Environment.GetEnvironmentVariable("DEVICECONSOLE_TEST_FULL") == "1" ? 1_000_000 : 100_000;

    private const string Rest = "POST / HTTP/1.1\r\n";

    // §2.1's examples, and the worst case of each family as the specification counts them: 56, 104 and 107 characters.
    [Theory]
    [InlineData("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n", "192.168.0.1:56324")]
    [InlineData("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255:65535")]
    [InlineData("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535")]
    [InlineData("PROXY TCP6 2001:DB8::7 ::1 0 443\r\n", "[2001:db8::7]:0")]
    [InlineData("PROXY UNKNOWN\r\n", null)]
    [InlineData("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n", null)]
    public void A_line_of_version_1_is_read(string line, string? source)
    {
        Read(Encoding.ASCII.GetBytes(line + Rest)).Should().Be((source, (long)line.Length));
    }

    [Theory]
    [InlineData("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\n")]
    [InlineData("PROXY TCP4 192.168.0.1  192.168.0.11 56324 443\r\n")]
    [InlineData("PROXY TCP4 192.168.000.1 192.168.0.11 56324 443\r\n")]
    [InlineData("PROXY TCP4 192.168.1 192.168.0.11 56324 443\r\n")]
    [InlineData("PROXY TCP4 192.168.0.1 192.168.0.11 056324 443\r\n")]
    [InlineData("PROXY TCP4 192.168.0.1 192.168.0.11 65536 443\r\n")]
    [InlineData("PROXY TCP4 192.168.0.1 192.168.0.11 -1 443\r\n")]
    [InlineData("PROXY TCP4 ::1 ::1 1 443\r\n")]
    [InlineData("PROXY TCP6 ::ffff:192.168.0.1 ::1 1 443\r\n")]
    [InlineData("PROXY TCP6 fe80::1%eth0 ::1 1 443\r\n")]
    [InlineData("PROXY TCP4 192.168.0.1 192.168.0.11 56324\r\n")]
    [InlineData("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443 \r\n")]
    [InlineData("PROXY UDP4 192.168.0.1 192.168.0.11 56324 443\r\n")]
    [InlineData("PROXY \r\n")]
    [InlineData("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\0\r\n")]
    [InlineData("PROXYX TCP4")]
    [InlineData("proxy tcp4 192.168.0.1 192.168.0.11 56324 443\r\n")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    public void A_wrong_line_is_refused(string line)
    {
        var read = () => Read(Encoding.ASCII.GetBytes(line));
        read.Should().Throw<ProxyHeaderException>().WithMessage("*.");
    }

    [Fact]
    public void A_line_that_does_not_end_is_cut_off_at_107_bytes()
    {
        var line = Encoding.ASCII.GetBytes("PROXY UNKNOWN " + new string('x', 200));
        Read(line[..106]).Should().BeNull();
        var read = () => Read(line[..107]);
        read.Should().Throw<ProxyHeaderException>();
    }

    [Theory]
    [MemberData(nameof(Captured))]
    public void What_balancers_send_is_read(string file, string? source, string? destination)
    {
        var bytes = Capture(file);
        ProxyHeaderReader.TryRead(new ReadOnlySequence<byte>(bytes), out var header, out _).Should().BeTrue();
        (header.Source?.ToString(), header.Destination?.ToString()).Should().Be((source, destination));
    }

    public static TheoryData<string, string?, string?> Captured() => new()
    {
        { "v1-tcp4.hex", "127.0.0.1:40818", "127.0.0.1:21180" },
        { "v2-tcp4.hex", "127.0.0.1:54512", "127.0.0.1:21181" },
        { "v2-tcp6.hex", "[::1]:33356", "[::1]:21183" },
        { "v2-crc32c.hex", "127.0.0.1:45226", "127.0.0.1:21182" },
        { "v2-local.hex", null, null },
    };

    [Theory]
    [InlineData(12, 0x31, "version 3")]
    [InlineData(12, 0x22, "a command that does not exist")]
    [InlineData(13, 0x41, "a family that does not exist")]
    [InlineData(13, 0x13, "a transport that does not exist")]
    [InlineData(15, 0x0B, "too short for its addresses")]
    [InlineData(14, 0x20, "longer than anybody sends")]
    public void A_wrong_binary_header_is_refused(int at, byte value, string why)
    {
        var bytes = Capture("v2-tcp4.hex");
        bytes[at] = value;
        var read = () => Read(bytes);
        read.Should().Throw<ProxyHeaderException>(why);
    }

    [Fact]
    public void A_wrong_checksum_is_refused()
    {
        var bytes = Capture("v2-crc32c.hex");
        bytes[16] ^= 1;
        var read = () => Read(bytes);
        read.Should().Throw<ProxyHeaderException>().WithMessage("*checksum*");
    }

    [Theory]
    [InlineData("v2-tcp4.hex")]
    [InlineData("v2-tcp6.hex")]
    public void A_datagram_has_its_header_of_version_2_and_a_connections_says_nothing_of_it(string file)
    {
        var bytes = Capture(file);
        ProxyHeaderReader.TryReadDatagram(bytes, out var connections, out var length).Should().BeTrue();
        connections.Source.Should().BeNull();
        length.Should().Be(bytes.Length);
        bytes[13] = (byte)((bytes[13] & 0xF0) | 2);
        ProxyHeaderReader.TryReadDatagram(bytes, out var header, out _).Should().BeTrue();
        header.Source.Should().NotBeNull();
        ProxyHeaderReader.TryReadDatagram([0x30, 0x10], out _, out _).Should().BeFalse("no header at all");
        for (var end = 12; end < bytes.Length; end++) FluentActions.Invoking(() => ProxyHeaderReader.TryReadDatagram(bytes.AsSpan(0, end), out _, out _)).Should().Throw<ProxyHeaderException>();
    }

    [Fact]
    public void Addresses_of_other_transports_are_passed_over()
    {
        var bytes = Capture("v2-tcp4.hex");
        bytes[13] = 0x12;
        Read(bytes).Should().Be(((string?)null, (long)bytes.Length));
    }

    [Fact]
    public void Every_prefix_is_incomplete_and_every_split_reads_the_same()
    {
        foreach (var header in Headers())
        {
            for (var length = 0; length < header.Length; length++) Read(header[..length]).Should().BeNull();
            byte[] whole = [.. header, .. Encoding.ASCII.GetBytes(Rest)];
            var expected = Read(whole);
            expected!.Value.Length.Should().Be(header.Length);
            for (var split = 0; split <= whole.Length; split++) Read(Split(whole, split)).Should().Be(expected);
        }
    }

    [Fact]
    public void Random_and_mutated_bytes_are_read_or_refused_and_nothing_else()
    {
        var random = new Random(20_140);
        var headers = Headers();
        for (var i = 0; i < Rounds; i++)
        {
            var bytes = headers[random.Next(headers.Count)].ToArray();
            if (random.Next(4) == 0) random.NextBytes(bytes.AsSpan(random.Next(bytes.Length)));
            for (var n = random.Next(4); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                if (Read(bytes) is { } read) read.Length.Should().BeInRange(1, bytes.Length);
            }
            catch (ProxyHeaderException)
            {
                // The one way to say no.
            }
        }
    }

    private static List<byte[]> Headers() =>
    [
        Encoding.ASCII.GetBytes("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n"), Encoding.ASCII.GetBytes("PROXY UNKNOWN\r\n"),
        .. Captured().Select(c => Capture((string)c[0]!)),
    ];

    private static (string? Source, long Length)? Read(byte[] bytes) => Read(new ReadOnlySequence<byte>(bytes));

    private static (string? Source, long Length)? Read(ReadOnlySequence<byte> bytes)
    {
        if (!ProxyHeaderReader.TryRead(bytes, out var header, out var consumed))
        {
            bytes.Slice(0, consumed).Length.Should().Be(0, "what is incomplete consumes nothing");
            return null;
        }
        return (header.Source?.ToString(), bytes.Slice(0, consumed).Length);
    }

    private static ReadOnlySequence<byte> Split(byte[] bytes, int at)
    {
        var first = new Segment(bytes.AsMemory(0, at), 0);
        var second = first.Append(bytes.AsMemory(at));
        return new ReadOnlySequence<byte>(first, 0, second, second.Memory.Length);
    }

    private static byte[] Capture(string file) =>
        Convert.FromHexString(string.Concat(File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Captures", "proxy", file)).Select(l => l.Split('#')[0].Replace(" ", "", StringComparison.Ordinal))));

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
