using System.Text;
using DeviceConsole.Protocols.Cwmp.Admission;

namespace DeviceConsole.Tests.Protocols.Cwmp.Admission;

/// <summary>Who goes first, told from the bytes of an Inform.</summary>
public sealed class InformGlanceTests
{
    [Theory]
    [InlineData("2 PERIODIC", 0)]
    [InlineData("14 HEARTBEAT", 0)]
    [InlineData("1 BOOT", 1)]
    [InlineData("0 BOOTSTRAP", 1)]
    [InlineData("4 VALUE CHANGE", 1)]
    [InlineData("X 00D09E Alarm", 1)]
    [InlineData("6 CONNECTION REQUEST", 3)]
    [InlineData("7 TRANSFER COMPLETE", 3)]
    [InlineData("8 DIAGNOSTICS COMPLETE", 3)]
    [InlineData("11 DU STATE CHANGE COMPLETE", 3)]
    [InlineData("M Reboot", 3)]
    public void An_event_has_its_rank(string code, int rank) => Rank(Inform(code)).Should().Be((InformRank)rank);

    [Fact]
    public void The_most_urgent_of_several_events_counts()
    {
        Rank(Inform("2 PERIODIC", "1 BOOT")).Should().Be(InformRank.News);
        Rank(Inform("1 BOOT", "M Reboot")).Should().Be(InformRank.Awaited);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("00", 0)]
    [InlineData(" 3 ", 2)]
    [InlineData("4711", 2)]
    public void Who_was_sent_away_before_goes_before_new_ones(string retries, int rank) => Rank(Inform("2 PERIODIC").Replace("<RetryCount>0<", $"<RetryCount>{retries}<", StringComparison.Ordinal)).Should().Be((InformRank)rank);

    [Fact]
    public void The_answer_to_a_challenge_goes_first() => InformGlance.Of(Encoding.UTF8.GetBytes(Inform("2 PERIODIC")), answersChallenge: true).Should().Be(InformRank.Awaited);

    [Theory]
    [InlineData("<EventCode>", "<c:EventCode xsi:type=\"xsd:string\">\n ")]
    [InlineData("<EventCode>", "<EventCode >")]
    public void Prefixes_attributes_and_white_space_do_not_matter(string tag, string other) =>
        Rank(Inform("6 CONNECTION REQUEST").Replace(tag, other, StringComparison.Ordinal)).Should().Be(InformRank.Awaited);

    [Theory]
    [InlineData("")]
    [InlineData("EventCode")]
    [InlineData("EventCode>6 X<")]
    [InlineData("<EventCode")]
    [InlineData("<EventCode>6 CONNECTION REQUEST")]
    [InlineData("</EventCode>6 CONNECTION REQUEST</")]
    public void What_is_no_event_is_routine(string body) => Rank(body).Should().Be(InformRank.Routine);

    [Fact]
    public void Any_bytes_have_a_rank()
    {
        var random = new Random(4711);
        var good = Encoding.UTF8.GetBytes(Inform("1 BOOT", "M Download", "2 PERIODIC"));
        for (var i = 0; i < 5_000; i++)
        {
            var bytes = good[..random.Next(good.Length)];
            for (var n = random.Next(8); n > 0 && bytes.Length > 0; n--) bytes[random.Next(bytes.Length)] = "<>/: "u8[random.Next(5)];

            Enum.IsDefined(InformGlance.Of(bytes, false)).Should().BeTrue();
        }
    }

    private static InformRank Rank(string body) => InformGlance.Of(Encoding.UTF8.GetBytes(body), false);

    private static string Inform(params string[] codes) =>
        $"<cwmp:Inform><Event>{string.Concat(codes.Select(c => $"<EventStruct><EventCode>{c}</EventCode><CommandKey></CommandKey></EventStruct>"))}</Event><RetryCount>0</RetryCount></cwmp:Inform>";
}
