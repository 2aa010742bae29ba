using System.Globalization;
using DeviceConsole.Core.Alarms;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Polling;

namespace DeviceConsole.Tests.Polling;

/// <summary>Readings become samples, series and alarms.</summary>
public sealed class PollMathTests
{
    private const string In = "1.3.6.1.2.1.31.1.1.1.6", Mark = "1.3.6.1.2.1.31.1.1.1.19", Descr = "1.3.6.1.2.1.2.2.1.2", Load = "1.3.6.1.2.1.25.3.3.1.2";
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Guid Device = Guid.NewGuid();

    private readonly PollProfileInput input = new()
    {
        Objects = [new("in", In, true) { Scale = 8, Unit = "bit/s", Label = Descr, Discontinuity = Mark }, new("load", Load, true) { Unit = "%" }],
        Thresholds = [new("load", true, 90, 70, 2, AlarmSeverity.Major)],
    };

    private readonly List<PollSeries> known = [];
    private PollState? state;

    [Fact]
    public void Counters_are_rates_from_the_second_reading_on_and_rows_have_their_names()
    {
        var first = Read(0, 100, ($"{In}.1", "1000", "Counter64"), ($"{In}.2", "5", "Counter64"), ($"{Descr}.1", "eth0", "OCTET STRING"), ($"{Load}.7", "12", "Integer32"));
        first.NewSeries.Select(s => (s.Object, s.Label, s.Unit)).Should().Equal(("in", "eth0", "bit/s"), ("in", "2", "bit/s"), ("load", "7", "%"));
        first.Samples.Select(s => s.Value).Should().Equal(12);

        Read(60, 6100, ($"{In}.1", "7000", "Counter64"), ($"{Load}.7", "13", "Integer32")).Samples.Select(s => s.Value).Should().Equal(800, 13);
    }

    [Fact]
    public void A_restart_and_a_row_that_began_anew_give_no_rate()
    {
        Read(0, 10_000, ($"{In}.1", "1000", "Counter64"), ($"{In}.2", "1000", "Counter64"), ($"{Mark}.1", "0", "TimeTicks"), ($"{Mark}.2", "0", "TimeTicks"));
        Read(60, 16_000, ($"{In}.1", "7000", "Counter64"), ($"{In}.2", "7000", "Counter64"), ($"{Mark}.1", "0", "TimeTicks"), ($"{Mark}.2", "15000", "TimeTicks")).Samples.Should().ContainSingle().Which.Series.Should().Be(1);
        Read(120, 300, ($"{In}.1", "8000", "Counter64"), ($"{In}.2", "8000", "Counter64")).Samples.Should().BeEmpty("the agent restarted");
        Read(180, 6_300, ($"{In}.1", "14000", "Counter64"), ($"{In}.2", "14000", "Counter64")).Samples.Should().HaveCount(2);
    }

    [Fact]
    public void A_threshold_waits_for_its_readings_and_clears_only_below_its_margin()
    {
        Reads(0, 95).Raised.Should().BeEmpty();
        Reads(1, 50).Raised.Should().BeEmpty("the row is broken");
        Reads(2, 91).Raised.Should().BeEmpty();
        Reads(3, 99).Raised.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Key = "threshold.load.high.7", Severity = AlarmSeverity.Major, Text = "load of 7 is 99 %, more than 90, for 2 readings" });
        Reads(4, 99).Raised.Should().BeEmpty("it is raised already");
        Reads(5, 80).Cleared.Should().BeEmpty("that is between the two bounds");
        Reads(6, 70).Cleared.Should().Equal((Device, "threshold.load.high.7"));
        Reads(7, 60).Cleared.Should().BeEmpty();
    }

    [Fact]
    public void The_state_survives_being_written()
    {
        Reads(0, 95);
        var again = PollState.Read(state!.Write())!;
        again.Should().BeEquivalentTo(state);
        PollState.Read("[1]").Should().BeNull();
    }

    private PollResult Reads(int minute, int load) => Read(minute * 60, (minute * 6000) + 100, ($"{Load}.7", load.ToString(CultureInfo.InvariantCulture), "Integer32"));

    private PollResult Read(int second, int uptime, params (string Path, string Value, string Type)[] values)
    {
        var reading = new PollReading(Start.AddSeconds(second), values.Append((Path: PollMath.Uptime, Value: uptime.ToString(CultureInfo.InvariantCulture), Type: "TimeTicks"))
            .ToDictionary(v => v.Path, v => new ParameterValue(v.Path, v.Value, v.Type)));
        var result = PollMath.Apply(Device, Guid.Empty, input, reading, state, known);
        known.AddRange(result.NewSeries);
        state = result.State;
        return result;
    }
}
