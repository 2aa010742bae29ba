using DeviceConsole.Core.BulkData;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Tests.BulkData;

/// <summary>From names of reports to paths, and from counters to rates.</summary>
public sealed class BulkMathTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("WiFi_AP_Assoc_BSent.1.10", "Device.WiFi.AccessPoint.1.AssociatedDevice.10.Stats.BytesSent")]
    [InlineData("WiFi_AP1_Assoc10.ErrorsSent", "Device.WiFi.AccessPoint.1.AssociatedDevice.10.Stats.ErrorsSent")]
    [InlineData("WiFi_AP_Assoc.3.11.BytesReceived", "Device.WiFi.AccessPoint.3.AssociatedDevice.11.Stats.BytesReceived")]
    [InlineData("BroadPktSent", "Device.MoCA.Interface.1.Stats.BroadPktSent")]
    [InlineData("WiFi_AP_Assoc_BSent.1", "WiFi_AP_Assoc_BSent.1")]
    [InlineData("BroadPktSent2", "BroadPktSent2")]
    [InlineData("Device.DeviceInfo.UpTime", "Device.DeviceInfo.UpTime")]
    public void Alternative_names_stand_for_the_paths_that_the_standard_says(string name, string path) => new BulkNames(
    [
        new("Device.WiFi.AccessPoint.*.AssociatedDevice.*.Stats.BytesSent", "WiFi_AP_Assoc_BSent"), new("Device.WiFi.AccessPoint.1.AssociatedDevice.10.Stats.", "WiFi_AP1_Assoc10"),
        new("Device.WiFi.AccessPoint.*.AssociatedDevice.*.Stats.", "WiFi_AP_Assoc"), new("Device.MoCA.Interface.1.Stats.BroadPktSent", "BroadPktSent"),
    ]).Resolve(name).Path.Should().Be(path);

    [Fact]
    public void Counters_of_statistics_become_rates_and_other_numbers_stay_as_they_are()
    {
        var first = Apply(null, [], Moment(-60, ("Device.A.1.Stats.BytesSent", "1000"), ("Device.Load", "7"), ("Device.Name", "x")));
        first.Samples.Should().ContainSingle().Which.Values.Should().Equal((2, 7.0));
        first.Values.Should().HaveCount(3);

        var second = Apply(first.State, first.NewSeries, Moment(0, ("Device.A.1.Stats.BytesSent", "1600"), ("Device.Load", "8")));

        second.Samples.Should().ContainSingle().Which.Values.Should().Equal((1, 80.0), (2, 8.0));
        first.NewSeries[0].Should().Be(new BulkSeries(1, "Device.A.1.Stats.BytesSent", "Device.A.*.Stats.BytesSent", "1", "bit/s"));
        second.NewSeries.Should().BeEmpty();
    }

    [Fact]
    public void A_counter_that_began_anew_is_no_rate()
    {
        var first = Apply(null, [], Moment(-60, ("Device.A.1.Stats.BytesSent", "5000")));
        Apply(first.State, first.NewSeries, Moment(0, ("Device.A.1.Stats.BytesSent", "10"))).Samples.Should().BeEmpty();
    }

    [Fact]
    public void Reports_that_were_kept_come_in_their_order_and_one_that_comes_twice_counts_once()
    {
        BulkMoment[] moments = [Moment(-120, ("Device.A.1.Stats.PacketsSent", "0")), Moment(0, ("Device.A.1.Stats.PacketsSent", "1800")), Moment(-60, ("Device.A.1.Stats.PacketsSent", "600"))];

        var all = Apply(null, [], moments);

        all.Samples.Select(s => s.Values.Single().Value).Should().Equal(10, 20);
        all.Values.Single().Value.Should().Be("1800", "the newest is what the device has now");
        Apply(all.State, all.NewSeries, moments).Fresh.Should().Be(0);
    }

    [Theory]
    [InlineData(-1_000_000)]
    [InlineData(86_400)]
    public void A_clock_that_is_wrong_is_not_believed(int seconds) => Apply(null, [], Moment(seconds, ("Device.Load", "1"))).Samples.Single().At.Should().Be(Now);

    [Fact]
    public void Reports_without_a_time_lie_an_interval_apart() =>
        Apply(null, [], new BulkMoment(null, [new("Device.Load", "1", "")]), new BulkMoment(null, [new("Device.Load", "2", "")])).Samples.Select(s => s.At).Should().Equal(Now.AddSeconds(-60), Now);

    [Fact]
    public void Beyond_the_most_graphs_values_are_stored_alone()
    {
        var result = Apply(null, [], new BulkMoment(Now, [.. Enumerable.Range(1, BulkMath.MaximumSeries + 5).Select(i => new ParameterValue($"Device.A.{i}.Load", "1", ""))]));
        result.NewSeries.Should().HaveCount(BulkMath.MaximumSeries);
        result.NotGraphed.Should().Be(5);
        result.Values.Should().HaveCount(BulkMath.MaximumSeries + 5);
    }

    private static BulkResult Apply(BulkState? state, IReadOnlyList<BulkSeries> known, params BulkMoment[] moments) =>
        BulkMath.Apply([new BulkParameter("Device.", "")], moments, BulkState.Read(state?.Write()), known, TimeSpan.FromSeconds(60), Now);

    private static BulkMoment Moment(int seconds, params (string Path, string Value)[] values) => new(Now.AddSeconds(seconds), [.. values.Select(v => new ParameterValue(v.Path, v.Value, ""))]);
}
