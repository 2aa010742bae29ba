using DeviceConsole.Core.Polling;

namespace DeviceConsole.Tests.Polling;

/// <summary>Rates of counters: RFC 2578 clauses 7.1.6 and 7.1.10.</summary>
public sealed class CounterRateTests
{
    [Theory]
    [InlineData("Counter32", "100", "700", 60, 10.0)]
    [InlineData("Counter32", "4294967290", "54", 60, 1.0)]
    [InlineData("Counter64", "18446744073709551600", "584", 60, 10.0)]
    [InlineData("Counter64", "5000", "10", 60, null)]
    [InlineData("Counter64", "9007199254740993", "9007199254741053", 60, 1.0)]
    [InlineData("Counter32", "1", "2", 0, null)]
    [InlineData("Counter32", "x", "2", 60, null)]
    [InlineData("Counter32", "4294967296", "2", 60, null)]
    public void A_counter_becomes_a_rate_also_when_it_wraps(string type, string before, string now, int seconds, double? expected) =>
        CounterRate.Of(type, before, now, TimeSpan.FromSeconds(seconds)).Should().Be(expected);

    [Theory]
    [InlineData(1000.0, 7000.0, 60, false)]
    [InlineData(900000.0, 500.0, 60, true)]
    [InlineData(4294966296.0, 5000.0, 60, false)]
    [InlineData(null, 5000.0, 60, false)]
    public void An_agent_that_began_anew_is_told_from_an_uptime_that_wrapped(double? before, double? now, int seconds, bool expected) =>
        CounterRate.Restarted(before, now, TimeSpan.FromSeconds(seconds)).Should().Be(expected);
}
