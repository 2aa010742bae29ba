using DeviceConsole.Protocols.Cwmp.Admission;

namespace DeviceConsole.Tests.Protocols.Cwmp.Admission;

/// <summary>How many may come at once, found out by a simulated node: so many requests at once, each with its own work, on so many processors.</summary>
public sealed class AdaptiveLimitTests
{
    private const int Least = 8;
    private const int Most = 256;
    private readonly AdaptiveLimit limit = new(Least, Most);
    private TimeSpan now;

    [Fact]
    public void Quick_answers_let_more_in_up_to_the_most()
    {
        Run(seconds: 20, took: _ => TimeSpan.FromMilliseconds(10));

        limit.Limit.Should().Be(Most);
    }

    [Fact]
    public void What_nobody_wants_is_not_raised()
    {
        var before = limit.Limit;

        Run(seconds: 20, took: _ => TimeSpan.FromMilliseconds(10), wanted: false);

        limit.Limit.Should().Be(before);
    }

    [Fact]
    public void A_queue_behind_busy_processors_is_kept_short()
    {
        Run(seconds: 5, took: _ => TimeSpan.FromMilliseconds(5), wanted: false);

        // 5 ms of processor each and two processors: with n at once, each takes n/2 times 5 ms.
        Run(seconds: 30, took: n => TimeSpan.FromMilliseconds(Math.Max(5, n * 2.5)));

        TimeSpan.FromMilliseconds(limit.Limit * 2.5).Should().BeLessThan(AdaptiveLimit.Good * 1.3);
        limit.Limit.Should().BeGreaterThan(20, "both processors have work");
    }

    [Fact]
    public void A_stall_closes_the_door_to_a_gap_and_it_opens_again_after_it()
    {
        Run(seconds: 10, took: _ => TimeSpan.FromMilliseconds(10));
        Run(seconds: 3, took: _ => TimeSpan.FromSeconds(2));
        limit.Limit.Should().BeLessThan(32);

        Run(seconds: 20, took: _ => TimeSpan.FromMilliseconds(10));

        limit.Limit.Should().BeGreaterThan(200);
    }

    [Fact]
    public void A_database_that_is_slow_by_itself_is_no_reason_to_let_fewer_in()
    {
        Run(seconds: 10, took: _ => TimeSpan.FromMilliseconds(10));

        Run(seconds: 120, took: _ => TimeSpan.FromSeconds(1));

        limit.Target.Should().BeGreaterThan(TimeSpan.FromSeconds(1));
        limit.Limit.Should().BeGreaterThan(200);
    }

    [Fact]
    public void A_single_one_that_hangs_changes_nothing()
    {
        Run(seconds: 10, took: _ => TimeSpan.FromMilliseconds(10));

        Run(seconds: 10, took: i => i % 1000 == 0 ? TimeSpan.FromMinutes(1) : TimeSpan.FromMilliseconds(10), byCount: true);

        limit.Limit.Should().BeGreaterThan(200);
    }

    [Fact]
    public void A_ceiling_below_the_floor_is_kept()
    {
        var small = new AdaptiveLimit(8, 4);

        small.Limit.Should().Be(4);
    }

    // A thousand answers a second.
    private void Run(int seconds, Func<int, TimeSpan> took, bool wanted = true, bool byCount = false)
    {
        for (var i = 1; i <= seconds * 1_000; i++)
        {
            now += TimeSpan.FromMilliseconds(1);
            if (wanted) limit.Want();
            limit.Ended(took(byCount ? i : limit.Limit), now);
        }
    }
}
