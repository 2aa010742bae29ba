using System.Text;
using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Protocols.Cwmp.Wire;

/// <summary>Documents that mean harm, and documents that mean nothing: the one typed exception, in bounded time.</summary>
public sealed class HostileSoapTests
{
    private static int Rounds => Environment.GetEnvironmentVariable("DEVICECONSOLE_TEST_FULL") == "1" ? 1_000_000 : 30_000;

    [Fact]
    public void A_document_type_with_an_external_entity_is_refused_at_once() =>
        Refused("<!DOCTYPE x [<!ENTITY e SYSTEM 'http://169.254.169.254/'>]><e:Envelope><e:Body><a>&e;</a></e:Body></e:Envelope>", 10).Should().Contain("document type");

    [Fact]
    public void A_billion_laughs_are_refused_at_once()
    {
        var entities = string.Concat(Enumerable.Range(1, 9).Select(i => $"<!ENTITY l{i} '{string.Concat(Enumerable.Repeat($"&l{i - 1};", 10))}'>"));
        Refused($"<?xml version='1.0'?><!DOCTYPE l [<!ENTITY l0 'ha'>{entities}]><l>&l9;</l>", 10).Should().Contain("document type");
    }

    [Fact]
    public void A_depth_of_100_000_is_refused_at_once() => Refused("<e:Envelope><e:Body>" + string.Concat(Enumerable.Repeat("<a>", 100_000)), 50).Should().Contain("64");

    [Fact]
    public void A_depth_of_64_is_read()
    {
        static string Nested(int depth) => $"<e:Envelope><e:Body>{string.Concat(Enumerable.Repeat("<a>", depth - 2))}{string.Concat(Enumerable.Repeat("</a>", depth - 2))}</e:Body></e:Envelope>";

        TolerantReadingTests.Read(Nested(64)).Message.Name.Should().Be("a");
        Refused(Nested(65), 50).Should().Contain("64");
    }

    [Fact]
    public void A_hundred_thousand_values_are_refused()
    {
        var list = string.Concat(Enumerable.Repeat("<p><Name>a</Name></p>", 100_000));
        Refused($"<e:Envelope><e:Body><c:GetParameterValuesResponse><ParameterList>{list}</ParameterList></c:GetParameterValuesResponse></e:Body></e:Envelope>", 2_000).Should().Contain("65536");
    }

    [Fact]
    public void A_body_of_50_megabytes_is_refused_by_its_length()
    {
        var body = new byte[50 * 1024 * 1024];
        FluentActions.Invoking(() => CwmpEnvelope.Read(body)).Should().Throw<CwmpDecodeException>().WithMessage("*8 MiB*");
    }

    [Fact]
    public void Many_attributes_comments_and_tags_take_linear_time()
    {
        var attributes = string.Concat(Enumerable.Range(0, 100_000).Select(i => $" a{i}='x'"));
        var comments = string.Concat(Enumerable.Repeat("<!-- -->&amp;", 200_000));
        var before = Processor.Time;
        TolerantReadingTests.Read($"<e:Envelope{attributes}><e:Body><a>{comments}</a></e:Body></e:Envelope>").Message.Name.Should().Be("a");
        (Processor.Time - before).Should().BeLessThan(TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("garbage", "text")]
    [InlineData("<html><body>Hello</body></html>", "another document")]
    [InlineData("<e:Envelope/>", "an envelope without a body")]
    [InlineData("<e:Envelope><e:Body/></e:Envelope>", "an empty body")]
    [InlineData("<e:Envelope><e:Body><a></b></e:Body></e:Envelope>", "crossed tags")]
    [InlineData("<e:Envelope><e:Body><a/></e:Body>", "a missing end")]
    [InlineData("<e:Envelope><e:Body><a x='></a></e:Body></e:Envelope>", "an open quote")]
    [InlineData("<e:Envelope><e:Body><a <b/></e:Body></e:Envelope>", "a tag in a tag")]
    [InlineData("<e:Envelope><e:Body>< a/></e:Body></e:Envelope>", "a tag without a name")]
    [InlineData("<e:Envelope><e:Body><a><![CDATA[x</a></e:Body></e:Envelope>", "an open CDATA")]
    [InlineData("<e:Envelope><!-- <e:Body><a/></e:Body></e:Envelope>", "an open comment")]
    [InlineData("</e:Envelope>", "an end without a start")]
    public void What_is_no_envelope_is_refused_with_a_sentence(string xml, string because) =>
        FluentActions.Invoking(() => TolerantReadingTests.Read(xml)).Should().Throw<CwmpDecodeException>(because).Which.Message.Should().EndWith(".");

    [Fact]
    public void Every_message_that_is_cut_off_is_refused()
    {
        foreach (var body in CwmpCapture.Bodies.Where(b => b.Length < 4_000))
        {
            var whole = body.AsSpan().LastIndexOf((byte)'>');
            for (var length = 0; length < whole; length++)
                FluentActions.Invoking(() => CwmpEnvelope.Read(body.AsMemory(0, length))).Should().Throw<CwmpDecodeException>("{0} of {1} bytes", length, body.Length);
        }
    }

    [Fact]
    public void Random_bytes_give_nothing_but_the_typed_exception()
    {
        var random = new Random(20_070_601);
        byte[] alphabet = [.. "<>/&;:'\"=!?[]- aEnvelopBdyx#"u8, 0, 1, 0xFF];
        for (var i = 0; i < Rounds; i++)
        {
            var bytes = new byte[random.Next(0, 200)];
            if (i % 2 == 0) random.NextBytes(bytes);
            else for (var j = 0; j < bytes.Length; j++) bytes[j] = alphabet[random.Next(alphabet.Length)];
            TryRead(bytes);
        }
    }

    [Fact]
    public void Mutated_captures_give_nothing_but_the_typed_exception()
    {
        var random = new Random(69);
        var captures = CwmpCapture.Bodies.Where(b => b.Length < 10_000).ToArray();
        var (read, refused) = (0, 0);
        for (var i = 0; i < Rounds; i++)
        {
            var bytes = (byte[])captures[i % captures.Length].Clone();
            for (var changes = random.Next(1, 4); changes > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (i % 3 == 0) bytes = [.. bytes[..random.Next(bytes.Length)], .. bytes[random.Next(bytes.Length)..]];
            if (TryRead(bytes)) read++;
            else refused++;
        }

        // Both must occur, or the mutations test nothing.
        read.Should().BePositive();
        refused.Should().BePositive();
    }

    private static bool TryRead(byte[] bytes)
    {
        try
        {
            var envelope = CwmpEnvelope.Read(bytes);
            // What was read can be sent.
            if (envelope.Message is not DeviceConsole.Protocols.Cwmp.Wire.Messages.UnknownMessage) CwmpEnvelope.Read(envelope.Write());
            return true;
        }
        catch (CwmpDecodeException)
        {
            return false;
        }
    }

    // The first round pays for the compiler; the second is measured.
    private static string Refused(string xml, double milliseconds)
    {
        var bytes = Encoding.UTF8.GetBytes(xml);
        var read = () => CwmpEnvelope.Read(bytes);
        read.Should().Throw<CwmpDecodeException>();
        var before = Processor.Time;
        var message = read.Should().Throw<CwmpDecodeException>().Which.Message;
        (Processor.Time - before).TotalMilliseconds.Should().BeLessThan(milliseconds + 20, "the kernel counts in steps of some milliseconds");
        return message;
    }
}
