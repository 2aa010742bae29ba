using DeviceConsole.Core.Devices;
using DeviceConsole.Web.Components.Shared;
using DeviceConsole.Web.Components.Shared.Time;

namespace DeviceConsole.Tests.Components;

public sealed class TimeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 55, 33, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "just now")]
    [InlineData(9, "just now")]
    [InlineData(12, "10 s ago")]
    [InlineData(59, "50 s ago")]
    [InlineData(60, "1 min ago")]
    [InlineData(3_599, "59 min ago")]
    [InlineData(7_200, "2 h ago")]
    [InlineData(86_400, "1 d ago")]
    [InlineData(40 * 86_400, "13 Oct 2026")]
    [InlineData(-180, "in 3 min")]
    public void A_moment_is_told_by_its_distance(int secondsAgo, string expected) =>
        BrowserTime.Utc.Relative(Now.AddSeconds(-secondsAgo), Now).Should().Be(expected);

    [Theory]
    [InlineData(0.34, "340 ms")]
    [InlineData(3.29, "3.2 s")]
    [InlineData(250, "4 min 10 s")]
    [InlineData(7_500, "2 h 5 min")]
    [InlineData(273_600, "3 d 4 h")]
    [InlineData(-1, "0 ms")]
    public void A_duration_is_told_in_two_units_at_most(double seconds, string expected) =>
        BrowserTime.Duration(TimeSpan.FromSeconds(seconds)).Should().Be(expected);

    [Fact]
    public void The_exact_moment_is_told_in_the_browsers_zone()
    {
        BrowserTime.For("Europe/Berlin").Exact(Now).Should().Be("22 Nov 2026, 11:55:33 (UTC+01:00)");
        BrowserTime.Utc.Exact(Now).Should().Be("22 Nov 2026, 10:55:33 (UTC)");
    }

    [Theory]
    [InlineData("Europe%2FBerlin", "Europe/Berlin")]
    [InlineData("Mars/Olympus", null)]
    [InlineData("../../etc/passwd", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_cookie_that_names_no_zone_is_ignored(string? cookie, string? expected) => BrowserTime.Accept(cookie).Should().Be(expected);

    [Fact]
    public async Task A_shown_time_carries_the_exact_one_for_hover_and_machines()
    {
        var shown = await ComponentHost.RenderAsync<RelativeTime>(ComponentHost.Services(), ("At", DateTimeOffset.UtcNow.AddMinutes(-6)));

        shown.One(e => e.Name == "time")["title"].Should().Contain("(UTC)");
        shown.One(e => e.Name == "time")["datetime"].Should().EndWith("Z");
        shown.Html.Should().Contain("6 min ago");
    }

    [Fact]
    public async Task Without_a_moment_it_says_never()
    {
        var shown = await ComponentHost.RenderAsync<RelativeTime>(ComponentHost.Services());

        shown.Html.Should().Contain("never");
    }

    [Fact]
    public void A_device_is_online_only_by_evidence()
    {
        var device = new DeviceRow { Id = Guid.Empty, Name = "d", SerialNumber = "", Manufacturer = "", Model = "", Address = "", Site = "", Tags = [], Protocols = [], CreatedAt = Now, Version = 1 };

        DeviceStatus.Of(device, Now).Word.Should().Be("Never seen");
        DeviceStatus.Of(device with { LastContactAt = Now.AddMinutes(-6) }, Now).Word.Should().Be("Online");
        DeviceStatus.Of(device with { LastContactAt = Now.AddHours(-2) }, Now).Word.Should().Be("Stale");
        var failing = DeviceStatus.Of(device with { LastContactAt = Now.AddHours(-2), LastFailureAt = Now.AddMinutes(-1), LastFailure = "No answer." }, Now);
        failing.Word.Should().Be("Failing");
        failing.Evidence.Should().Be("Last contact 2 h ago; failed 1 min ago: No answer.");
        DeviceStatus.Of(device with { LastContactAt = Now, LastFailureAt = Now.AddMinutes(-1) }, Now).Word.Should().Be("Online", "a contact after the failure counts");
    }
}
