using DeviceConsole.Core;
using DeviceConsole.Core.Alarms;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Tests.Alarms;

/// <summary>An alarm's life: raised once, counted, taken on, kept quiet, cleared, raised again.</summary>
public sealed class AlarmTests(AlarmWorld world) : IClassFixture<AlarmWorld>
{
    [Fact]
    public async Task Raising_is_idempotent_by_device_and_key()
    {
        var device = await world.DeviceAsync();

        (await world.RaiseAsync(device)).Should().Be(1);
        (await world.RaiseAsync(device, text: "still")).Should().Be(0);
        (await world.Desk.RaiseAsync(world.Tenant, [new(device, "k", "test", AlarmSeverity.Minor, "a"), new(device, "k", "test", AlarmSeverity.Minor, "b"), new(device, "other", "test", AlarmSeverity.Major, "c")], default))
            .Should().Be(1, "of two in one batch the last counts");

        var alarms = await world.OfAsync(device);
        alarms.Select(a => (a.Key, a.Text, a.Count, a.Raised)).Should().Equal(("other", "c", 1, true), ("k", "b", 3, true));
        var history = (await world.Alarms.HistoryAsync(world.Viewer, alarms[1].Id, default)).Value;
        history.Should().ContainSingle("repetition is no change").Which.What.Should().Be("raised");
    }

    [Fact]
    public async Task Two_at_the_same_time_raise_one()
    {
        var device = await world.DeviceAsync();

        var fresh = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => world.RaiseAsync(device)));

        (await world.OfAsync(device)).Should().ContainSingle().Which.Count.Should().Be(8);
        fresh.Sum().Should().BeGreaterThanOrEqualTo(1);
    }

    [Fact]
    public async Task A_cleared_alarm_that_comes_again_is_the_same_alarm_and_open()
    {
        var device = await world.DeviceAsync();
        await world.RaiseAsync(device);
        var id = (await world.OfAsync(device))[0].Id;
        (await world.Alarms.AcknowledgeAsync(world.Operator, [id], "on it", default)).Value.Should().Be(1);
        (await world.Alarms.AcknowledgeAsync(world.Operator, [id], null, default)).Value.Should().Be(0, "it is taken on already");

        (await world.Desk.ClearAsync(world.Tenant, [(device, "k"), (device, "nothing")], "test", default)).Should().Be(1);
        (await world.Desk.ClearAsync(world.Tenant, [(device, "k")], "test", default)).Should().Be(0);
        (await world.OfAsync(device, raised: true)).Should().BeEmpty();
        await world.RaiseAsync(device);

        var again = (await world.OfAsync(device)).Should().ContainSingle().Subject;
        again.Should().BeEquivalentTo(new { Id = id, Raised = true, Count = 1, AcknowledgedAt = (DateTimeOffset?)null, ClearedAt = (DateTimeOffset?)null });
        (await world.Alarms.HistoryAsync(world.Viewer, id, default)).Value.Select(h => h.What).Should().Equal("raised", "cleared", "acknowledged", "raised");
    }

    [Fact]
    public async Task What_gets_worse_has_to_be_taken_on_anew_and_what_gets_better_does_not()
    {
        var device = await world.DeviceAsync();
        await world.RaiseAsync(device);
        var id = (await world.OfAsync(device))[0].Id;
        await world.Alarms.AcknowledgeAsync(world.Operator, [id], null, default);

        await world.RaiseAsync(device, severity: AlarmSeverity.Warning);
        (await world.OfAsync(device))[0].AcknowledgedBy.Should().NotBeNull();
        await world.RaiseAsync(device, severity: AlarmSeverity.Critical);

        var worse = (await world.OfAsync(device))[0];
        (worse.Severity, worse.AcknowledgedBy).Should().Be((AlarmSeverity.Critical, (string?)null));
        (await world.Alarms.HistoryAsync(world.Viewer, id, default)).Value.Select(h => h.What).Should().Equal("severity", "severity", "acknowledged", "raised");
    }

    [Fact]
    public async Task Suppressed_alarms_are_kept_but_not_counted()
    {
        var device = await world.DeviceAsync();
        await world.RaiseAsync(device, severity: AlarmSeverity.Major);
        var id = (await world.OfAsync(device))[0].Id;

        (await world.Alarms.SuppressAsync(world.Operator, [id], DateTimeOffset.UtcNow.AddMinutes(-1), null, default)).Problem!.Errors.Should().ContainSingle().Which.Field.Should().Be("until");
        (await world.Alarms.SuppressAsync(world.Operator, [id], DateTimeOffset.UtcNow.AddHours(1), "maintenance", default)).Value.Should().Be(1);

        (await world.Alarms.CountAsync(world.Viewer, device, default)).Value.Total.Should().Be(0);
        (await world.Alarms.ListAsync(world.Viewer, new AlarmFilter { DeviceId = device, Suppressed = true }, null, 10, default)).Value.Items.Should().ContainSingle().Which.Note.Should().Be("maintenance");
        (await world.Alarms.ResumeAsync(world.Operator, [id], null, default)).Value.Should().Be(1);
        (await world.Alarms.CountAsync(world.Viewer, device, default)).Value.Should().BeEquivalentTo(new { Total = 1, Unacknowledged = 1, Worst = AlarmSeverity.Major });
    }

    [Fact]
    public async Task A_silence_by_rule_covers_what_is_there_and_what_comes_and_ends()
    {
        var device = await world.DeviceAsync();
        await world.RaiseAsync(device, "link.1");
        await world.RaiseAsync(device, "link_1x");
        var silence = (await world.RuleService.SuppressAsync(world.Admin, new SuppressionInput(device, "link.*", DateTimeOffset.UtcNow.AddHours(1), ""), default)).Value;
        await world.RaiseAsync(device, "link.2");

        (await world.OfAsync(device)).Where(a => a.SuppressedUntil is not null).Select(a => a.Key).Should().BeEquivalentTo("link.1", "link.2");
        (await world.RuleService.ResumeAsync(world.Stranger, silence, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await world.RuleService.ResumeAsync(world.Admin, silence, default)).IsSuccess.Should().BeTrue();
        (await world.OfAsync(device)).Should().OnlyContain(a => a.SuppressedUntil == null);
    }

    [Fact]
    public async Task Pages_go_on_where_the_one_before_ended_in_both_orders()
    {
        var device = await world.DeviceAsync();
        for (var i = 0; i < 7; i++) await world.RaiseAsync(device, $"k{i}", AlarmSeverities.All[i % 3]);
        foreach (var byTime in new[] { false, true })
        {
            var filter = new AlarmFilter { DeviceId = device, ByTime = byTime };
            var whole = (await world.Alarms.ListAsync(world.Viewer, filter, null, 100, default)).Value.Items.Select(a => a.Key).ToList();
            var pages = new List<string>();
            for (string? after = null; ;)
            {
                var page = (await world.Alarms.ListAsync(world.Viewer, filter, after, 2, default)).Value;
                pages.AddRange(page.Items.Select(a => a.Key));
                if ((after = page.Next) is null) break;
            }
            pages.Should().Equal(whole).And.HaveCount(7);
        }
        (await world.Alarms.ListAsync(world.Viewer, new AlarmFilter(), "nonsense", 2, default)).Problem!.Kind.Should().Be(ProblemKind.Invalid);
    }

    [Fact]
    public async Task Another_tenant_and_a_narrow_scope_see_and_change_nothing()
    {
        var device = await world.DeviceAsync();
        await world.RaiseAsync(device);
        (await world.RaiseAsync(device, tenant: world.OtherTenant)).Should().Be(0, "it is not theirs");
        var id = (await world.OfAsync(device))[0].Id;
        var narrow = world.Operator with { Scope = DeviceScope.Of([]) };

        foreach (var other in new[] { world.Stranger, narrow })
        {
            (await world.Alarms.GetAsync(other, id, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
            (await world.Alarms.ListAsync(other, new AlarmFilter { DeviceId = device }, null, 10, default)).Value.Items.Should().BeEmpty();
            (await world.Alarms.ClearAsync(other, [id], null, default)).Value.Should().Be(0);
        }
        (await world.Alarms.AcknowledgeAsync(world.Viewer, [id], null, default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
        (await world.OfAsync(device))[0].Should().BeEquivalentTo(new { Raised = true, AcknowledgedBy = (string?)null });
    }

    [Fact]
    public async Task Deleting_the_device_deletes_its_alarms()
    {
        var device = await world.DeviceAsync();
        await world.RaiseAsync(device);
        await world.Database.ExecuteAsync("DELETE FROM devices WHERE id = $1", device);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM alarms WHERE device_id = $1", device)).Should().Be(0);
        (await world.RaiseAsync(device)).Should().Be(0);
    }
}
