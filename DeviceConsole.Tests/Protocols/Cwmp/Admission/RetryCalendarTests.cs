using DeviceConsole.Protocols.Cwmp.Admission;

namespace DeviceConsole.Tests.Protocols.Cwmp.Admission;

/// <summary>When refused devices come back: a line that moves as fast as sessions are served.</summary>
public sealed class RetryCalendarTests
{
    private readonly Random random = new(4711);
    private readonly RetryCalendar calendar = new(TimeSpan.FromSeconds(600));

    [Fact]
    public void The_devices_of_one_moment_come_back_as_many_a_second_as_are_served_and_not_as_a_wave()
    {
        Served(500, seconds: 20);

        var back = Enumerable.Range(0, 10_000).Select(_ => calendar.Book(false, At(20), random.NextDouble())).CountBy(s => s).OrderBy(s => s.Key).ToList();

        back[0].Key.Should().BeGreaterThan(0);
        back[^1].Key.Should().BeInRange(14, 20, "10,000 at a little more than 500 a second");
        back.Should().OnlyContain(s => s.Value < 1_200, "nobody is to be met by a multiple of what it can serve");
        back.Should().HaveCountGreaterThan(12);
    }

    [Fact]
    public void The_wait_grows_with_the_backlog_and_shrinks_with_the_rate()
    {
        Served(100, seconds: 20);
        var first = Booked(1);
        var later = Booked(2_000);
        Served(1_000, seconds: 20, from: 40);
        var quick = Booked(2_000, at: 60);

        first.Should().BeInRange(1, 2);
        later.Should().BeInRange(14, 20);
        quick.Should().BeInRange(2, 4);
    }

    [Fact]
    public void Who_came_back_and_is_refused_again_does_not_begin_anew_at_the_end_of_the_line()
    {
        Served(100, seconds: 20);
        Booked(3_000);

        calendar.Book(true, At(20), 0.5).Should().BeInRange(1, 2);
        calendar.Book(false, At(20), 0.5).Should().BeGreaterThan(20);
    }

    [Fact]
    public void There_is_a_longest_wait_and_beyond_it_devices_are_spread()
    {
        Served(100, seconds: 20);
        Booked(200_000);

        var back = Enumerable.Range(0, 1_000).Select(_ => calendar.Book(false, At(20), random.NextDouble())).ToList();

        back.Should().OnlyContain(s => s >= 300 && s <= 600);
        back.Distinct().Should().HaveCountGreaterThan(200);
    }

    [Fact]
    public void Places_that_nobody_needs_any_more_are_given_back()
    {
        Served(100, seconds: 20);
        Booked(3_000);
        calendar.Backlog(At(20)).Should().BeGreaterThan(TimeSpan.FromSeconds(20));

        for (var i = 0; i < 60; i++) calendar.Admitted(At(20 + (i / 4.0)));

        calendar.Backlog(At(35)).Should().BeLessThan(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Without_any_measurement_a_guess_is_taken() => calendar.Book(false, TimeSpan.Zero, 0.5).Should().BeInRange(1, 2);

    private int Booked(int count, double at = 20)
    {
        var last = 0;
        for (var i = 0; i < count; i++) last = calendar.Book(false, At(at), 0.5);
        return last;
    }

    // So many sessions a second, and one refusal in every window.
    private void Served(int rate, int seconds, double from = 0)
    {
        for (var i = 0; i < rate * seconds; i++)
        {
            var now = At(from + ((double)i / rate));
            calendar.Admitted(now);
            if (i % Math.Max(1, rate / 10) == 0) calendar.Book(true, now, 0.5);
        }
        calendar.Rate.Should().BeApproximately(rate, rate * 0.2);
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
