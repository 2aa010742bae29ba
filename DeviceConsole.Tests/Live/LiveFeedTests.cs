using System.Diagnostics;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Jobs;
using Microsoft.Extensions.Logging.Abstractions;

namespace DeviceConsole.Tests.Live;

public sealed class LiveFeedTests : IAsyncLifetime
{
    private JobWorld world = null!;
    private JobListener listener = null!;
    private LiveFeed feed = null!;
    private Guid tenant;
    private Guid[] devices = [];

    public async Task InitializeAsync()
    {
        world = await JobWorld.CreateAsync();
        (tenant, devices) = await world.CreateTenantAsync(2);
        listener = new JobListener(world.Sources, NullLogger<JobListener>.Instance);
        feed = new LiveFeed(listener, world.Sources, world.Protocols, NullLogger<LiveFeed>.Instance);
        await listener.StartAsync(default);
        await JobWorld.UntilAsync(() => Task.FromResult(feed.State == LiveFeedState.Live), "the feed listens");
    }

    public async Task DisposeAsync()
    {
        feed.Dispose();
        await listener.StopAsync(default);
        listener.Dispose();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task A_subscriber_gets_what_is_committed_after_it_subscribed()
    {
        await using var mine = new Reader(feed, JobWorld.Admin(tenant));
        var job = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]));
        (await mine.WaitForAsync(job.Id, JobState.Queued)).DeviceName.Should().Be(job.DeviceName);
        await world.Service.CancelAsync(JobWorld.Admin(tenant), job.Id, default);
        (await mine.WaitForAsync(job.Id, JobState.Cancelled)).Revision.Should().BeGreaterThan(job.Revision);
    }

    [Fact]
    public async Task Another_tenant_another_scope_and_no_right_hear_nothing()
    {
        var other = await world.CreateTenantAsync();
        await using var stranger = new Reader(feed, JobWorld.Admin(other.Tenant));
        await using var scoped = new Reader(feed, JobWorld.Admin(tenant) with { Scope = DeviceScope.Of([devices[1]]) });
        await using var blind = new Reader(feed, JobWorld.Admin(tenant) with { Rights = Rights.None });
        var hidden = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]));
        var seen = await world.EnqueueAsync(tenant, JobWorld.Get(devices[1]));
        var theirs = await world.EnqueueAsync(other.Tenant, JobWorld.Get(other.Devices[0]));
        await scoped.WaitForAsync(seen.Id, JobState.Queued);
        await stranger.WaitForAsync(theirs.Id, JobState.Queued);
        scoped.Jobs.Should().NotContain(j => j.Id == hidden.Id);
        stranger.Jobs.Should().OnlyContain(j => j.Id == theirs.Id);
        blind.Jobs.Should().BeEmpty();
    }

    [Fact]
    public async Task More_changes_than_a_notification_holds_arrive_all_the_same()
    {
        await using var mine = new Reader(feed, JobWorld.Admin(tenant));
        var ids = (await world.Service.EnqueueManyAsync(JobWorld.Admin(tenant), [.. Enumerable.Range(0, 400).Select(i => JobWorld.Get(devices[i % 2]))], default)).Value;
        await JobWorld.UntilAsync(() => Task.FromResult(mine.Resyncs > 0 || ids.All(id => mine.Jobs.Any(j => j.Id == id))), "all arrive");
        mine.Resyncs.Should().Be(0);
    }

    [Fact]
    public async Task What_happens_while_the_connection_is_down_is_caught_up()
    {
        await using var mine = new Reader(feed, JobWorld.Admin(tenant));
        var before = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]));
        await mine.WaitForAsync(before.Id, JobState.Queued);
        for (var i = 0; i < 5; i++)
        {
            await world.Database.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'deviceconsole-direct' AND datname = current_database()");
            var job = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]));
            await mine.WaitForAsync(job.Id, JobState.Queued);
        }
        await JobWorld.UntilAsync(() => Task.FromResult(feed.State == LiveFeedState.Live), "the feed listens again");
    }

    [Fact]
    public async Task A_transaction_that_commits_late_is_not_lost_to_a_catch_up()
    {
        // It took its id before the snapshot and commits after it: "greater than the last seen" would miss it.
        await using var mine = new Reader(feed, JobWorld.Admin(tenant));
        await using var connection = await world.Sources.App.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var batch = new Npgsql.NpgsqlBatch(connection, transaction))
        {
            batch.BatchCommands.Add(DeviceConsole.Core.Data.TenantBatch.SetTenant(tenant));
            batch.BatchCommands.Add(EnqueueStatement.Command(tenant, "late", [new NewJob(JobId.Next(), JobWorld.Get(devices[0]), false, true, TimeSpan.FromSeconds(5))]));
            await batch.ExecuteNonQueryAsync();
        }
        var early = await world.EnqueueAsync(tenant, JobWorld.Get(devices[1]));
        await mine.WaitForAsync(early.Id, JobState.Queued);
        // The loss is noticed for a moment only.
        var missed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        listener.Missed += () => missed.TrySetResult();
        await world.Database.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'deviceconsole-direct' AND datname = current_database()");
        await missed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await transaction.CommitAsync();
        await JobWorld.UntilAsync(() => Task.FromResult(mine.Jobs.Any(j => j.CreatedBy == "late")), "the late commit arrives");
    }

    [Fact]
    public async Task A_reader_that_is_too_slow_is_told_to_read_the_snapshot_again()
    {
        await using var slow = feed.SubscribeJobs(JobWorld.Admin(tenant));
        await using var quick = new Reader(feed, JobWorld.Admin(tenant));
        for (var i = 0; i < 80; i++)
        {
            var job = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]));
            await quick.WaitForAsync(job.Id, JobState.Queued);
        }
        await foreach (var batch in slow.ReadAllAsync(default))
        {
            batch.Resync.Should().BeTrue();
            break;
        }
    }

    [Fact]
    public async Task Who_disposes_is_forgotten()
    {
        var first = feed.SubscribeJobs(JobWorld.Admin(tenant));
        var second = feed.SubscribeJobs(JobWorld.Admin(tenant));
        feed.Watched.Should().Be(1);
        await first.DisposeAsync();
        feed.Watched.Should().Be(1);
        await second.DisposeAsync();
        feed.Watched.Should().Be(0);
    }
}
