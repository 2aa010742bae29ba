using System.Text;
using DeviceConsole.Protocols.Cwmp.Xmpp.Wire;

namespace DeviceConsole.Tests.Protocols.Cwmp.Xmpp;

/// <summary>Streams as RFC 6120 writes them, and such as must not be taken.</summary>
public sealed class XmppStreamReaderTests
{
    private const string Header = "<?xml version='1.0'?><stream:stream from='im.example.com' id='t7AMCin9zjMNwQKDnplntZPIDEI=' to='juliet@im.example.com' version='1.0' xml:lang='en' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

    private static int Rounds => Environment.GetEnvironmentVariable("DEVICECONSOLE_TEST_FULL") == "1" ? 1_000_000 : 20_000;

    [Fact]
    public void The_standards_own_stream_is_read_whatever_the_pieces_it_comes_in()
    {
        // RFC 6120 §9.1.1 to §9.1.4.
        const string Features = "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>";
        const string Proceed = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
        const string Bound = "<iq id='yhc13a95' type='result'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@im.example.com/balcony</jid></bind></iq>";
        var bytes = Encoding.UTF8.GetBytes(Header + Features + "\n" + Proceed + Bound + "</stream:stream>");
        foreach (var step in (int[])[1, 7, 4_096])
        {
            var events = ReadAll(bytes, step);
            events.Select(e => e.Kind).Should().Equal(XmppEventKind.Open, XmppEventKind.Stanza, XmppEventKind.Whitespace, XmppEventKind.Stanza, XmppEventKind.Stanza, XmppEventKind.Close);
            events[0].Element!["id"].Should().Be("t7AMCin9zjMNwQKDnplntZPIDEI=");
            events[1].Element!.Is("features", XmppNames.Stream).Should().BeTrue();
            events[1].Element!.Child("starttls", XmppNames.Tls)!.Child("required", XmppNames.Tls).Should().NotBeNull();
            events[3].Element!.Is("proceed", XmppNames.Tls).Should().BeTrue();
            events[4].Element!.Child("bind", XmppNames.Bind)!.Child("jid", XmppNames.Bind)!.Text.Should().Be("juliet@im.example.com/balcony");
        }
    }

    [Fact]
    public void Texts_are_resolved_and_prefixes_stand_for_their_namespaces()
    {
        var iq = ReadAll(Header + "<c:iq xmlns:c='jabber:client' type='get' note='&lt;&#x41;&#66;&quot;'><x:a xmlns:x='urn:x'>one &amp; <b/>two<![CDATA[<&>]]></x:a></c:iq>")[1].Element!;

        (iq.Name, iq.Namespace, iq["note"]).Should().Be(("iq", "jabber:client", "<AB\""));
        var a = iq.Child("a", "urn:x")!;
        a.Text.Should().Be("one & two<&>");
        a.Children.Single().Namespace.Should().Be("jabber:client", "a name without a prefix is of the stream's own namespace");
    }

    [Theory]
    [InlineData("<!DOCTYPE stream:stream [<!ENTITY a 'b'>]>" + Header)]
    [InlineData(Header + "<!-- a comment -->")]
    [InlineData(Header + "<?php ?>")]
    [InlineData(Header + "<iq>&lol;</iq>")]
    [InlineData(Header + "<iq>&#0;</iq>")]
    [InlineData(Header + "<iq>&#xD800;</iq>")]
    [InlineData(Header + "<iq>\u0001</iq>")]
    [InlineData(Header + "<iq a='1' a='2'/>")]
    [InlineData(Header + "<iq a=1/>")]
    [InlineData(Header + "<iq a='<'/>")]
    [InlineData(Header + "<iq></b>")]
    [InlineData(Header + "</iq>")]
    [InlineData(Header + "<u:iq/>")]
    [InlineData(Header + "<iq><!DOCTYPE a></iq>")]
    [InlineData(Header + "text")]
    [InlineData("<html>")]
    [InlineData("<stream:stream xmlns:stream='urn:other'>")]
    [InlineData("HTTP/1.1 400 Bad Request")]
    public void What_is_no_stream_of_xmpp_is_refused(string text) => FluentActions.Invoking(() => ReadAll(text)).Should().Throw<XmppDecodeException>();

    [Fact]
    public void A_stanza_has_limits()
    {
        FluentActions.Invoking(() => ReadAll(Header + "<iq>" + new string('x', XmppStreamReader.MaximumStanza) + "</iq>")).Should().Throw<XmppDecodeException>();
        FluentActions.Invoking(() => ReadAll(Header + "<iq a='" + new string('x', XmppStreamReader.MaximumStanza + 1))).Should().Throw<XmppDecodeException>();
        FluentActions.Invoking(() => ReadAll(Header + string.Concat(Enumerable.Repeat("<a>", XmppStreamReader.MaximumDepth + 1)))).Should().Throw<XmppDecodeException>();
        FluentActions.Invoking(() => ReadAll(Header + "<iq>" + string.Concat(Enumerable.Repeat("<a/>", XmppStreamReader.MaximumElements)) + "</iq>")).Should().Throw<XmppDecodeException>();
        var invalid = Encoding.UTF8.GetBytes(Header + "<iq>").Concat(new byte[] { 0xc3, 0x28 }).Concat(Encoding.UTF8.GetBytes("</iq>")).ToArray();
        FluentActions.Invoking(() => ReadAll(invalid, 4_096)).Should().Throw<XmppDecodeException>("it is not UTF-8");
    }

    [Fact]
    public void Whatever_comes_is_read_refused_or_waits_for_more()
    {
        var random = new Random(6120);
        var seeds = ((string[])[
            Header, Header + "<iq type='get' id='1' from='a@b/c'><connectionRequest xmlns='urn:broadband-forum-org:cwmp:xmppConnReq-1-0'><username>u</username><password>p&amp;</password></connectionRequest></iq>",
            Header + "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism><![CDATA[x]]></mechanisms></stream:features></stream:stream>",
        ]).Select(Encoding.UTF8.GetBytes).ToArray();
        var alphabet = "<>/='\"&;:!?[]- \0\x7f"u8.ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = round % 10 == 0 ? new byte[random.Next(200)] : (byte[])seeds[random.Next(seeds.Length)].Clone();
            if (round % 10 == 0) random.NextBytes(bytes);
            for (var i = random.Next(5); i > 0 && bytes.Length > 0; i--) bytes[random.Next(bytes.Length)] = random.Next(2) == 0 ? alphabet[random.Next(alphabet.Length)] : (byte)random.Next(256);
            try
            {
                ReadAll(bytes, 4_096);
            }
            catch (XmppDecodeException e)
            {
                e.Message.Should().NotBeEmpty();
            }
        }
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        const string Nasty = "a&b<c>d'e\"f\u0001 \U0001F600";
        var iq = ReadAll(Header + XmppWriter.Iq("get", "1", "a@b/" + Nasty, new ConnectionRequestPayload(Nasty, "p'w").Write()))[1].Element!;

        ConnectionRequestPayload.Read(iq).Should().Be(new ConnectionRequestPayload(Nasty.Replace('\u0001', '\ufffd'), "p'w"));
        new ConnectionRequestPayload("u", "secret").ToString().Should().NotContain("secret");
    }

    [Theory]
    [InlineData("acs@xmpp.example.net", "acs@xmpp.example.net", "")]
    [InlineData("CPE-1@XMPP.example.net/Res/1@2", "cpe-1@xmpp.example.net", "Res/1@2")]
    [InlineData("xmpp.example.net", null, null)]
    [InlineData("a@", null, null)]
    [InlineData("@b", null, null)]
    [InlineData("a@b/", null, null)]
    [InlineData("a b@c", null, null)]
    [InlineData("a@b<c", null, null)]
    [InlineData("a\u0000@b", null, null)]
    public void Addresses_are_read(string text, string? bare, string? resource)
    {
        var jid = Jid.Parse(text);
        (jid?.Bare, jid?.Resource).Should().Be((bare, resource));
    }

    private static List<XmppEvent> ReadAll(string text) => ReadAll(Encoding.UTF8.GetBytes(text), 4_096);

    private static List<XmppEvent> ReadAll(byte[] bytes, int step)
    {
        var reader = new XmppStreamReader();
        var events = new List<XmppEvent>();
        var (start, end) = (0, 0);
        while (true)
        {
            while (reader.TryRead(bytes.AsSpan(start, end - start), out var read, out var consumed))
            {
                consumed.Should().BeGreaterThan(0);
                // White space that comes in pieces is one sign of life or several.
                if (read.Kind != XmppEventKind.Whitespace || events is not [.., { Kind: XmppEventKind.Whitespace }]) events.Add(read);
                start += consumed;
                if (read.Kind == XmppEventKind.Close) return events;
            }
            if (end == bytes.Length) return events;
            end = Math.Min(bytes.Length, end + step);
        }
    }
}
