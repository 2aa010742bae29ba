using DeviceConsole.Core.Scheduling;

namespace DeviceConsole.Tests.Scheduling;

public sealed class CronTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 28, 12, 1, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("every 5 minutes", "12:05 12:10")]
    [InlineData("Every 1 minute", "12:02 12:03")]
    [InlineData("every 2 hours", "14:00 16:00")]
    [InlineData("hourly", "13:00 14:00")]
    [InlineData("daily", "00:00 00:00")]
    [InlineData("daily at 03:30", "03:30 03:30")]
    [InlineData("*/15 * * * *", "12:15 12:30")]
    [InlineData("0 0/20 * * * ?", "12:20 12:40")]
    [InlineData("0 0 6 * * ? 2027", "06:00 06:00")]
    public void A_time_is_understood(string text, string next)
    {
        var cron = CronText.Parse(text, TimeZoneInfo.Utc, Now, out var error);
        error.Should().BeNull();
        string.Join(' ', CronText.Next(cron!, Now, 2).Select(t => t.ToString("HH:mm", null))).Should().Be(next);
    }

    [Theory]
    [InlineData("", "understood")]
    [InlineData("every 7 minutes", "do not fit evenly into an hour")]
    [InlineData("every 0 minutes", "do not fit evenly")]
    [InlineData("every 5 hours", "do not fit evenly into a day")]
    [InlineData("daily at 25:00", "between 00:00 and 23:59")]
    [InlineData("* * * * * ?", "more often than every 10 seconds")]
    [InlineData("0 0 0 1 1 ? 2020", "never happens")]
    [InlineData("61 * * * *", "understood")]
    [InlineData("rm -rf /", "understood")]
    public void What_is_wrong_gets_a_sentence(string text, string sentence)
    {
        CronText.Parse(text, TimeZoneInfo.Utc, Now, out var error).Should().BeNull();
        error.Should().Contain(sentence);
    }

    [Fact]
    public void Unix_cron_counts_Sunday_as_zero()
    {
        var cron = CronText.Parse("0 4 * * 0", TimeZoneInfo.Utc, Now, out _)!;
        CronText.Next(cron, Now, 1)[0].DayOfWeek.Should().Be(DayOfWeek.Sunday);
    }

    [Fact]
    public void A_day_of_summer_time_has_each_slot_once()
    {
        // Vienna, 29 March 2026: 02:00 becomes 03:00. 25 October: 03:00 becomes 02:00.
        var zone = CronText.FindZone("Europe/Vienna")!;
        foreach (var day in new[] { new DateTimeOffset(2026, 3, 28, 23, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 10, 24, 22, 0, 0, TimeSpan.Zero) })
        {
            var cron = CronText.Parse("daily at 02:30", zone, day, out _)!;
            var runs = CronText.Next(cron, day, 3);
            runs.Should().OnlyHaveUniqueItems();
            runs.Where(r => r < day.AddHours(23)).Should().HaveCountLessThanOrEqualTo(1);
        }
    }

    [Theory]
    [InlineData("Europe/Vienna", true)]
    [InlineData("UTC", true)]
    [InlineData("", false)]
    [InlineData("Mars/Olympus", false)]
    public void A_time_zone_is_known_by_its_IANA_name(string name, bool known) => (CronText.FindZone(name) is not null).Should().Be(known);
}
