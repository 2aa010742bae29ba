using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Components.Jobs;
using DeviceConsole.Web.Components.Layout;
using DeviceConsole.Web.Components.Overview;

namespace DeviceConsole.Tests.Components;

public sealed class ShellTests
{
    [Theory]
    [InlineData(Roles.Viewer, "Viewer")]
    [InlineData(Roles.Operator, "Operator")]
    [InlineData(Roles.TenantAdmin, "Tenant admin")]
    [InlineData(Roles.PlatformAdmin, "Platform admin")]
    public void The_navigation_links_pages_that_exist_and_that_the_role_may_open(string role, string name)
    {
        var tenant = Guid.NewGuid();
        var person = ShellPerson.Of(new Caller(tenant, ActorKind.User, Guid.NewGuid(), "ana", Roles.RightsOf(role), DeviceScope.All, tenant), "Demo");

        var links = NavItems.For(person.Rights).SelectMany(g => g.Items).ToList();

        person.Role.Should().Be(name);
        person.IsAway.Should().BeFalse();
        links.Select(i => i.Href).Should().StartWith(["/", "/devices", "/connect", "/discovery", "/sessions", "/collisions", "/jobs", "/dead-letter", "/schedules"]);
        links.Should().OnlyContain(i => person.Rights.HasFlag(i.Needs) && NavItems.Exists(i.Href));
        if (role is Roles.Viewer or Roles.Operator) links.Should().NotContain(i => i.Href.StartsWith("/admin", StringComparison.Ordinal), "administration is for administrators");
    }

    [Fact]
    public void Every_bar_of_the_history_fits_and_one_job_among_thousands_is_still_seen()
    {
        var shape = ChartShape.Of([new JobBucket(default, 9_000, 1, 0, 0), new JobBucket(default, 0, 0, 0, 0)]);

        shape.Maximum.Should().Be(10_000);
        shape.Bars[0].Parts.Select(p => p.Name).Should().Equal("failed", "completed");
        shape.Bars[0].Parts[0].Height.Should().BeGreaterOrEqualTo(1.5);
        shape.Bars[0].Parts.Should().OnlyContain(p => p.Y >= 0 && p.Y + p.Height <= ChartShape.Height + 0.001);
        shape.Bars[1].Parts.Should().BeEmpty();
    }

    [Fact]
    public void A_result_is_filtered_by_every_word_in_path_name_value_or_type()
    {
        ResultRow[] values =
        [
            new(new("1.3.6.1.2.1.1.5.0", "core-sw", "OCTET STRING"), new("sysName.0", null, [])), new(new("1.3.6.1.2.1.1.3.0", "12", "TimeTicks"), new("sysUpTime.0", "00:00:00.12", [])),
            new(new("1.3.6.1.2.1.1.9.0", null, "Null"), new(null, null, [])),
        ];

        IEnumerable<ResultRow> Found(string text) => values.Where(v => ResultFilter.Matches(v, text));
        Found(" CORE 1.5 ").Should().ContainSingle().Which.Value.Value.Should().Be("core-sw");
        Found("sysup 00:00").Should().ContainSingle();
        Found("ticks").Should().ContainSingle();
        Found("").Should().Equal(values);
        Found("nothing").Should().BeEmpty();
    }
}
