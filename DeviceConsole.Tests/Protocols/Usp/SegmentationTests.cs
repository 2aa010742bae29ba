using DeviceConsole.Protocols.Usp.Session;
using DeviceConsole.Protocols.Usp.Wire.Records;

namespace DeviceConsole.Tests.Protocols.Usp;

/// <summary>Messages in an end-to-end session, as they are sent.</summary>
public sealed class SegmentationTests
{
    private readonly Segmentation segmentation = new(100);

    [Fact]
    public void A_long_message_is_parted_and_the_other_side_puts_it_together()
    {
        var message = Enumerable.Range(0, 250).Select(i => (byte)i).ToArray();

        var records = segmentation.Part(7, 3, message);

        records.Select(r => (r.SessionId, r.SequenceId, r.ExpectedId, r.PayloadSarState)).Should().Equal(
            (7UL, 1UL, 3UL, SarState.Begin), (7UL, 2UL, 3UL, SarState.InProcess), (7UL, 3UL, 3UL, SarState.Complete));
        var reassembly = new Reassembly(10_000);
        byte[]? whole = null;
        foreach (var record in records) reassembly.Take(record, out whole).Should().BeNull();
        whole.Should().Equal(message);
    }

    [Fact]
    public void A_short_message_is_whole_and_acknowledgements_count()
    {
        segmentation.Acknowledge(7, 2).SequenceId.Should().Be(1);
        var record = segmentation.Part(7, 2, new byte[100]).Should().ContainSingle().Subject;
        (record.SequenceId, record.PayloadSarState).Should().Be((2UL, SarState.None));
    }

    [Fact]
    public void What_the_agent_has_is_dropped_what_it_asks_for_again_is_there_and_a_new_session_begins_anew()
    {
        segmentation.Part(7, 1, new byte[250]);
        segmentation.Drop(8, 3);
        segmentation.Kept.Should().Be(3, "that is another session");
        segmentation.Drop(7, 3);
        segmentation.Find(7, 2).Should().BeNull();
        segmentation.Find(7, 3)!.PayloadSarState.Should().Be(SarState.Complete);

        segmentation.Part(9, 1, new byte[1])[0].SequenceId.Should().Be(1);
        segmentation.Find(7, 3).Should().BeNull();
        for (var i = 0; i < 1_000; i++) segmentation.Part(9, 1, new byte[1]);
        segmentation.Kept.Should().Be(256);
    }
}
