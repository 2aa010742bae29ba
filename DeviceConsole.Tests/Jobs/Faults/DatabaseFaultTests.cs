using System.Collections.Concurrent;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Tests.Peers;
using Npgsql;

namespace DeviceConsole.Tests.Jobs.Faults;

/// <summary>F4, F8, F24: what happens to the database and the way to it.</summary>
public sealed class DatabaseFaultTests
{
    [Fact]
    public async Task F4_PostgreSQL_stops_immediately_again_and_again_and_nothing_acknowledged_is_lost()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var world = await JobWorld.CreateAsync(server);
        var (tenant, devices) = await world.CreateTenantAsync(50);
        world.Scripted.Execute = async (_, _, _, token) =>
        {
            await Task.Delay(10, token);
            return ScriptedProtocol.Answer("a.b", "1");
        };
        await using var node = await JobNode.StartAsync(world, o => o.Lease = TimeSpan.FromSeconds(4), clock: true);
        var acknowledged = new ConcurrentBag<Guid>();
        using var end = new CancellationTokenSource();
        // Jobs of a node without a worker go through the queue; what the worker's own node enqueues it takes at once where nothing waits.
        await JobWorld.UntilAsync(async () =>
        {
            if (await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE finished_at IS NULL") > 0) return false;
            await node.Service.EnqueueManyAsync(JobWorld.Admin(tenant), [.. devices.Select(d => JobWorld.Get(d))], default);
            return await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE attempt = 1 AND (state = 'running' AND revision = 0 OR state = 'completed' AND revision = 1)") > 0;
        }, "jobs are handed over", 40);
        var producer = Task.WhenAll(ProduceAsync(node.Service, tenant, devices, acknowledged, end.Token), ProduceAsync(node.Service, tenant, devices, acknowledged, end.Token, several: false),
            ProduceAsync(world.Service, tenant, devices, acknowledged, end.Token));
        for (var stop = 0; stop < FaultSizes.Of(3, 10); stop++)
        {
            var before = acknowledged.Count;
            await JobWorld.UntilAsync(() => Task.FromResult(acknowledged.Count > before + 40), "work goes on", 40);
            await server.StopImmediatelyAsync();
            await server.StartServerAsync();
            NpgsqlConnection.ClearAllPools();
        }
        await end.CancelAsync();
        await producer;
        await JobWorld.UntilAsync(async () => await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE finished_at IS NULL") == 0, "everything is drained", 60);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE id = ANY ($1)", acknowledged.ToArray())).Should().Be(acknowledged.Count);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE state <> 'completed'")).Should().Be(0);
        await Invariants.CheckAsync(world.Database);
    }

    [Fact]
    public async Task F8_answers_get_lost_after_the_commit_and_everything_still_happens_once()
    {
        await using var world = await JobWorld.CreateAsync();
        var (tenant, devices) = await world.CreateTenantAsync(40);
        var executions = new ConcurrentDictionary<string, int>();
        world.Scripted.Execute = async (_, _, arguments, token) =>
        {
            executions.AddOrUpdate(arguments["path"]!.GetValue<string>(), 1, (_, n) => n + 1);
            await Task.Delay(20, token);
            return ScriptedProtocol.Answer("a.b", "1");
        };
        await using var proxy = new CuttingProxy(world.Database.Server.Port);
        var through = new NpgsqlConnectionStringBuilder(world.Database.AppConnectionString) { Port = proxy.Port }.ConnectionString;
        var jobs = FaultSizes.Of(400, 4_000);
        for (var i = 0; i < jobs; i += 200)
            await world.Service.EnqueueManyAsync(JobWorld.Admin(tenant), [.. Enumerable.Range(i, 200).Select(n => JobWorld.Get(devices[n % 40], $"p{n}"))], default);
        // Nobody rescues here: what a lost answer leaves behind must be found by the node itself.
        await using var node = await JobNode.StartAsync(through, [world.Scripted, world.CallIn], o => o.Slots = 4);
        await JobWorld.UntilAsync(
            async () =>
            {
                proxy.LoseAnAnswer();
                // Long enough for the node to get somewhere in between.
                await Task.Delay(Random.Shared.Next(100, 700));
                return await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE finished_at IS NULL") == 0;
            }, "everything ends", FaultSizes.Of(60, 300));
        proxy.Lost.Should().BeGreaterThan(5);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE state = 'completed' AND attempt = 1")).Should().Be(jobs, "a lost answer burns no attempt");
        executions.Values.Should().AllSatisfy(n => n.Should().Be(1, "what was executed is not executed again"));
        await Invariants.CheckAsync(world.Database, jobs);
    }

    [Fact]
    public async Task F24_without_notifications_jobs_start_within_the_poll_interval()
    {
        await using var world = await JobWorld.CreateAsync();
        var (tenant, devices) = await world.CreateTenantAsync();
        await using var proxy = new CuttingProxy(world.Database.Server.Port);
        var direct = new NpgsqlConnectionStringBuilder(world.Database.AppConnectionString) { Port = proxy.Port }.ConnectionString;
        await using var node = await JobNode.StartAsync(world.Database.AppConnectionString, [world.Scripted], direct: direct);
        await JobWorld.UntilAsync(() => Task.FromResult(node.Feed.State == Core.Live.LiveFeedState.Live), "the node listens");
        proxy.Close();
        await JobWorld.UntilAsync(() => Task.FromResult(node.Feed.State == Core.Live.LiveFeedState.CatchingUp), "the loss is noticed");
        for (var i = 0; i < 3; i++)
        {
            var job = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]));
            await JobWorld.UntilAsync(async () => (await world.JobAsync(tenant, job.Id)).State == JobState.Completed, "the job runs");
            var done = await world.JobAsync(tenant, job.Id);
            (done.StartedAt!.Value - done.CreatedAt).Should().BeLessThan(TimeSpan.FromSeconds(20), "the poll interval is a second");
        }
        await Invariants.CheckAsync(world.Database, 3);
    }

    private static async Task ProduceAsync(JobService service, Guid tenant, Guid[] devices, ConcurrentBag<Guid> acknowledged, CancellationToken cancellationToken, bool several = true)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var chosen = Random.Shared.GetItems(devices, several ? 10 : 1).Distinct();
                var requests = chosen.Select(d => JobWorld.Get(d) with { MaxAttempts = 20 }).ToArray();
                foreach (var id in (await service.EnqueueManyAsync(JobWorld.Admin(tenant), requests, CancellationToken.None)).Value) acknowledged.Add(id);
            }
            catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException)
            {
                // Not acknowledged: may or may not be there.
                await Task.Delay(100, CancellationToken.None);
            }
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
