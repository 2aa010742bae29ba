using DeviceConsole.Protocols.Snmp.Client;

namespace DeviceConsole.Tests.Protocols.Snmp;

/// <summary>When answers are gathered before they are read.</summary>
public sealed class ReceiveModerationTests
{
    [Fact]
    public void Many_answers_close_after_each_other_are_gathered_and_few_never()
    {
        var moderation = new ReceiveModeration();
        moderation.IsDue(1_000).Should().BeFalse("nothing came yet");

        // Two datagrams within 0.2 ms, which a busy machine may take a few tries for.
        SpinWait.SpinUntil(() =>
        {
            moderation.Received();
            moderation.Received();
            return moderation.IsDue(1_000);
        }, TimeSpan.FromSeconds(20)).Should().BeTrue();
        moderation.IsDue(7).Should().BeFalse("who asks few devices, one after the other, waits for nothing but the device");
    }
}
