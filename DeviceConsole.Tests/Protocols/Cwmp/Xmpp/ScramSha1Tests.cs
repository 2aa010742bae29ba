using DeviceConsole.Protocols.Cwmp.Xmpp;

namespace DeviceConsole.Tests.Protocols.Cwmp.Xmpp;

/// <summary>SCRAM-SHA-1 by the example of RFC 5802 §5.</summary>
public sealed class ScramSha1Tests
{
    private const string Challenge = "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096";
    private readonly ScramSha1 scram = new("user", "pencil", "fyko+d2lbbFgONRv9qkxdawL");

    [Fact]
    public void The_standards_example_comes_out()
    {
        scram.First.Should().Be("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
        scram.Final(Challenge).Should().Be("c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
        scram.IsProof("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=").Should().BeTrue();
        scram.IsProof("v=rmF9pqV8S7suAoZWja4dJRkFsKA=").Should().BeFalse();
    }

    [Fact]
    public void A_server_that_answers_somebody_else_asks_for_years_of_work_or_proves_nothing_is_not_believed()
    {
        scram.IsProof("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=").Should().BeFalse("nothing was asked yet");
        foreach (var wrong in (string[])["r=other3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096", "r=fyko+d2lbbFgONRv9qkxdawL,s=QSXCR+Q6sek8bf92,i=4096", Challenge + "000000", Challenge.Replace("s=Q", "s=?", StringComparison.Ordinal), "e=other-error", "", "r"])
            scram.Final(wrong).Should().BeNull(wrong);
        new ScramSha1("a=b,c", "x", "n").First.Should().Be("n,,n=a=3Db=2Cc,r=n");
    }
}
