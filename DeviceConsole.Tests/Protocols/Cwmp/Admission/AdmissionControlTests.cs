using DeviceConsole.Protocols.Cwmp;
using DeviceConsole.Protocols.Cwmp.Admission;
using DeviceConsole.Protocols.Cwmp.Session;

namespace DeviceConsole.Tests.Protocols.Cwmp.Admission;

/// <summary>The ACS's door, on a clock that is moved by hand.</summary>
public sealed class AdmissionControlTests
{
    private readonly HandClock time = new();
    private readonly List<Action> queued = [];
    private readonly AdmissionControl door;

    public AdmissionControlTests() =>
        door = new AdmissionControl(new CwmpSessions(), new CwmpOptions { MaximumInforms = 200 }, time, new PoolLag(time, queued.Add), () => 0.5);

    [Fact]
    public void At_the_limit_a_new_session_is_refused_with_a_moment_to_come_back_and_let_in_when_one_has_left()
    {
        var inside = new List<AdmittedInform>();
        while (door.TryBegin(InformRank.Awaited, out var one, out _)) inside.Add(one);

        door.TryBegin(InformRank.Awaited, out _, out var retryAfter).Should().BeFalse();
        retryAfter.Should().BeInRange(1, 3);
        door.Running.Should().Be(inside.Count).And.Be(door.Limit);
        door.End(inside[0]);
        door.TryBegin(InformRank.Awaited, out _, out _).Should().BeTrue();
    }

    [Fact]
    public void The_nearer_to_the_limit_the_more_a_call_must_matter()
    {
        var order = new List<InformRank>();
        foreach (var rank in Enum.GetValues<InformRank>())
        {
            while (door.TryBegin(rank, out _, out _)) order.Add(rank);
        }

        order.Should().HaveCount(door.Limit).And.BeInAscendingOrder();
        order.Distinct().Should().HaveCount(4, "each rank has places that the ones below it cannot take");
    }

    [Fact]
    public void A_session_that_has_begun_is_never_refused_and_counts_against_new_ones()
    {
        for (var i = 0; i < 100; i++) door.Enter();
        door.TryBegin(InformRank.Awaited, out _, out _).Should().BeFalse();

        for (var i = 0; i < 100; i++) door.Leave();

        door.TryBegin(InformRank.Routine, out _, out _).Should().BeTrue();
    }

    [Fact]
    public void Work_that_waits_long_for_a_thread_closes_the_door_before_a_queue_grows()
    {
        Fill();
        queued.Should().ContainSingle("how long it waits is measured");

        time.Advance(TimeSpan.FromSeconds(1));
        door.TryBegin(InformRank.Awaited, out _, out _).Should().BeFalse("it waits still");
        queued[0]();
        door.TryBegin(InformRank.Awaited, out _, out _).Should().BeFalse("it waited for a second");

        time.Advance(TimeSpan.FromMilliseconds(20));
        door.TryBegin(InformRank.Awaited, out _, out _).Should().BeFalse("that is what is known yet");
        queued[1]();
        door.TryBegin(InformRank.Awaited, out _, out _).Should().BeTrue("now it did not wait");
    }

    [Fact]
    public void A_long_wait_of_some_time_ago_says_nothing_of_now()
    {
        Fill();
        time.Advance(TimeSpan.FromSeconds(1));
        queued[0]();

        time.Advance(TimeSpan.FromMinutes(10));

        door.TryBegin(InformRank.Routine, out _, out _).Should().BeTrue();
    }

    [Fact]
    public void A_node_with_hardly_anything_to_do_lets_everybody_in_however_long_its_process_paused()
    {
        door.TryBegin(InformRank.Routine, out _, out _).Should().BeTrue();
        time.Advance(TimeSpan.FromSeconds(5));

        door.TryBegin(InformRank.Routine, out _, out _).Should().BeTrue();
    }

    [Fact]
    public void An_idle_node_measures_nothing() => queued.Should().BeEmpty();

    [Fact]
    public void A_storm_of_three_times_the_capacity_is_served_in_about_the_time_that_its_work_takes()
    {
        // Two processors, 5 ms of work a session: 400 a second. 6,000 devices call within 5 s, and come back when they are told to.
        var node = new SimulatedNode(new HandClock(), TimeSpan.FromMilliseconds(5), 2);

        node.Run(devices: 6_000, over: TimeSpan.FromSeconds(5));

        node.Served.Should().Be(6_000);
        node.LastEnd.Should().BeLessThan(TimeSpan.FromSeconds(6_000 / 400.0 * 1.5), "15 s of work");
        node.LongestSession.Should().BeLessThan(TimeSpan.FromSeconds(1), "whoever is let in is served at once");
        node.Refusals.Should().BeLessThan(6_000 * 3, "most are sent away once");
    }

    // As many requests of sessions that have begun as the door lets in at the very least, and one new one that measures.
    private void Fill()
    {
        door.TryBegin(InformRank.Routine, out _, out _).Should().BeTrue();
        for (var i = 0; i < AdmissionControl.Few; i++) door.Enter();
    }
}
