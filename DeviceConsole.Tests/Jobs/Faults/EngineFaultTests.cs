using System.Diagnostics;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using Npgsql;

namespace DeviceConsole.Tests.Jobs.Faults;

/// <summary>F17, F18, F19: jobs and sweeps that go wrong inside the engine.</summary>
public sealed class EngineFaultTests : IAsyncLifetime
{
    private JobWorld world = null!;

    public async Task InitializeAsync() => world = await JobWorld.CreateAsync();

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task F17_poison_ends_in_the_dead_letter_and_does_not_slow_the_others()
    {
        var healthy = FaultSizes.Of(400, 5_000);
        var (tenant, devices) = await world.CreateTenantAsync(40);
        world.Scripted.Execute = async (_, _, arguments, token) =>
        {
            switch (arguments["path"]!.GetValue<string>())
            {
                case "throw": throw new InvalidOperationException("poison");
                case "memory": return ProtocolOutcome.Success([], $"{new byte[int.MaxValue, int.MaxValue].Length}");
                case "null": return null!;
                case "sync": throw new NotSupportedException("before the first await");
            }
            await Task.Delay(5, token);
            return ProtocolOutcome.Success([], "Done.");
        };
        async Task<double> RunHealthyAsync(JobNode node)
        {
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < healthy; i += 200)
                await world.Service.EnqueueManyAsync(JobWorld.Admin(tenant), [.. Enumerable.Range(i, 200).Select(n => JobWorld.Get(devices[4 + n % 36]))], default);
            await JobWorld.UntilAsync(async () => await CountAsync("finished_at IS NULL AND arguments->>'path' = 'a.b'") == 0, "the healthy jobs run", 60);
            return watch.Elapsed.TotalSeconds;
        }

        await using var node = await JobNode.StartAsync(world, o => o.Slots = 16);
        await RunHealthyAsync(node);
        // Each of them in turn, and the quickest of each: what else the machine does slows single runs, poison would slow them all.
        var rounds = FaultSizes.Of(1, 3);
        var (alone, beside) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < rounds; round++)
        {
            alone = Math.Min(alone, await RunHealthyAsync(node));
            foreach (var (poison, i) in new[] { "throw", "memory", "null", "sync" }.Select((p, i) => (p, i)))
                await world.EnqueueAsync(tenant, JobWorld.Get(devices[i], poison));
            // What no service would let in: rows that an older or newer version left behind.
            await PoisonAsync(tenant, devices[0], "protocol = 'unknown'");
            await PoisonAsync(tenant, devices[1], "operation = 'unknown'");
            await PoisonAsync(tenant, devices[2], "arguments = '[1]'");
            await PoisonAsync(tenant, devices[3], "arguments = '{\"path\": {\"x\": 1}}'");
            beside = Math.Min(beside, await RunHealthyAsync(node));
            await JobWorld.UntilAsync(async () => await CountAsync("finished_at IS NULL") == 0, "the poison ends", 60);
        }
        // 90% of the rate at the named size; the small size lasts a second and bounds only a gross slow-down.
        beside.Should().BeLessThan(FaultSizes.Of(alone * 4 + 10, alone / 0.9));
        (await CountAsync("state = 'failed'")).Should().Be(8 * rounds);
        (await CountAsync("state = 'failed' AND fault->>'code' = 'engine.exception' AND attempt = max_attempts")).Should().Be(5 * rounds);
        (await CountAsync("state = 'failed' AND fault->>'class' = 'Invalid' AND attempt = 1")).Should().Be(3 * rounds);
        await Invariants.CheckAsync(world.Database, (healthy * (1 + (2 * rounds))) + (8 * rounds));
    }

    [Fact]
    public async Task F18_rescue_races_completion_and_each_attempt_ends_once()
    {
        var rounds = FaultSizes.Of(40, 2_000);
        var (tenant, devices) = await world.CreateTenantAsync(50);
        await using var node = await JobNode.StartAsync(world, o =>
        {
            o.WorkerEnabled = false;
            o.Lease = TimeSpan.FromMinutes(10);
            o.Heartbeat = TimeSpan.FromMinutes(5);
        });
        var lease = await node.Lease.WaitAsync(default);
        int completed = 0, rescued = 0;
        await world.Database.ExecuteAsync("CREATE TABLE ended_jobs (LIKE jobs)");
        var round = 0;
        // Who wins lies with the machine: it goes on until both have, once at least.
        for (; round < rounds || ((completed == 0 || rescued == 0) && round < 10 * rounds); round++)
        {
            var turn = round;
            await world.Service.EnqueueManyAsync(JobWorld.Admin(tenant), [.. devices.Select(d => JobWorld.Get(d) with { MaxAttempts = 100 })], default);
            // What was rescued waits for its next attempt; only that is moved: the queue grows from round to round.
            await world.Database.ExecuteAsync("UPDATE jobs SET run_at = now() WHERE state = 'queued' AND run_at > now(); UPDATE lanes SET next_at = now() WHERE running IS NULL; UPDATE workers SET lease_until = now() + interval '10 min'");
            var jobs = await node.Claims.TakeAsync(lease, 50, [], default);
            await world.Database.ExecuteAsync("UPDATE workers SET lease_until = now() - interval '1 s'");
            var writes = jobs.Select(j => node.Writer.WriteAsync(j.End(ScriptedProtocol.Answer("a.b", "1")))).ToArray();
            var rescue = Task.Run(async () =>
            {
                if (turn % 3 > 0) await Task.Delay(turn % 3);
                return await node.Sweeps.RescueAsync(default);
            });
            var applied = (await Task.WhenAll(writes)).Count(a => a);
            var freed = await rescue + await node.Sweeps.RescueAsync(default);
            (applied + freed).Should().Be(jobs.Count, "each attempt was either completed or rescued");
            completed += applied;
            rescued += freed;
        }
        (completed > 0 && rescued > 0).Should().BeTrue($"both must win sometimes ({completed} completed, {rescued} rescued)");
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE state = 'completed'")).Should().Be(completed);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM job_results")).Should().Be(completed, "a fenced-out attempt leaves no values");
        await Invariants.CheckAsync(world.Database, round * 50);
    }

    [Fact]
    public async Task F19_jobs_that_cannot_be_rescued_now_do_not_stand_before_those_that_can()
    {
        var (tenant, devices) = await world.CreateTenantAsync(620);
        await world.Service.EnqueueManyAsync(JobWorld.Admin(tenant), [.. devices.Select(d => JobWorld.Get(d))], default);
        await world.Database.ExecuteAsync(
            """
            UPDATE jobs SET state = 'running', worker = gen_random_uuid(), attempt = 1, started_at = now();
            UPDATE lanes l SET running = j.id FROM jobs j WHERE j.device_id = l.device_id
            """);
        await using var node = await JobNode.StartAsync(world, o => o.WorkerEnabled = false);
        await using (var connection = new NpgsqlConnection(world.Database.SuperuserConnectionString))
        {
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var hold = new NpgsqlCommand("SELECT count(*) FROM (SELECT FROM lanes ORDER BY tenant_id, device_id LIMIT 500 FOR UPDATE) x", connection, transaction)) await hold.ExecuteScalarAsync();
            (await node.Sweeps.RescueAsync(default)).Should().Be(120);
        }
        (await node.Sweeps.RescueAsync(default)).Should().Be(500);
        await Invariants.CheckAsync(world.Database, 620);
    }

    private async Task PoisonAsync(Guid tenant, Guid device, string change)
    {
        var job = await world.EnqueueAsync(tenant, JobWorld.Get(device) with { RunAt = DateTimeOffset.UtcNow.AddHours(1) });
        await world.Database.ExecuteAsync($"UPDATE jobs SET {change}, run_at = now() WHERE id = $1", job.Id);
        await world.Database.ExecuteAsync("UPDATE lanes SET next_at = now() WHERE device_id = $1 AND running IS NULL", device);
    }

    private Task<long> CountAsync(string where) => world.Database.ScalarAsync<long>($"SELECT count(*) FROM jobs WHERE {where}");
}
