using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;
using Npgsql;

namespace DeviceConsole.Tests.Tenancy;

/// <summary>
/// The functions of jobs and schedules that work across tenants, each called by the application's role as it should not be:
/// what they refuse, and that nothing of the caller's session changes what they do.
/// </summary>
public sealed class DefinerMisuseTests : IAsyncLifetime
{
    private const string Live = "11111111-1111-7111-8111-111111111111";
    private const string Unknown = "22222222-2222-7222-8222-222222222222";
    private JobWorld world = null!;
    private Guid tenant;
    private Guid device;

    public async Task InitializeAsync()
    {
        world = await JobWorld.CreateAsync();
        (tenant, var devices) = await world.CreateTenantAsync();
        device = devices[0];
        await world.Database.ExecuteAsync($"INSERT INTO workers (id, node, version, lease_until) VALUES ('{Live}', 'n', '1', now() + interval '1 hour')");
        await world.EnqueueAsync(tenant, JobWorld.Get(device));
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Theory]
    [InlineData("a worker without a lease claims nothing", $"SELECT count(*) FROM sys.claim_jobs('{Unknown}', 10, '{{}}')")]
    [InlineData("no worker claims nothing", "SELECT count(*) FROM sys.claim_jobs(NULL, 10, '{}')")]
    [InlineData("zero jobs are none", $"SELECT count(*) FROM sys.claim_jobs('{Live}', 0, '{{}}')")]
    [InlineData("an unknown worker's lease is not made", $"SELECT count(*) FROM sys.worker_heartbeat('{Unknown}', interval '1 day') WHERE alive")]
    [InlineData("an unknown worker runs nothing", $"SELECT count(*) FROM sys.worker_jobs('{Unknown}')")]
    [InlineData("nothing waits for a device to call in", "SELECT count(*) FROM sys.claim_wakes(10, interval '1 minute')")]
    [InlineData("no worker was lost", "SELECT count(*) FROM sys.rescue_jobs(10, NULL, NULL)")]
    [InlineData("nothing is over", "SELECT count(*) FROM sys.expire_jobs(10)")]
    [InlineData("nothing is old", "SELECT sys.delete_ended_jobs(interval '1 day', 10)")]
    [InlineData("no slot is old", "SELECT sys.delete_old_slots(interval '1 day')")]
    [InlineData("no worker is long gone", "SELECT sys.delete_lost_workers(interval '1 day')")]
    [InlineData("no schedule is enabled", "SELECT count(*) FROM sys.enabled_schedules()")]
    public async Task Without_a_reason_a_function_does_nothing(string why, string sql)
    {
        (await ScalarAsync(sql)).Should().Be(0, why);

        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE state = 'queued' AND attempt = 0 AND revision = 0")).Should().Be(1, why);
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM workers")).Should().Be(1, why);
    }

    [Theory]
    [InlineData("SELECT sys.delete_ended_jobs(interval '23 hours', 10)")]
    [InlineData("SELECT sys.delete_ended_jobs(interval '-1 year', 10)")]
    [InlineData("SELECT sys.delete_old_slots(interval '1 hour')")]
    [InlineData("SELECT sys.delete_old_slots(interval '-1 year')")]
    public async Task Retention_cannot_reach_into_the_last_day(string sql)
    {
        var call = () => ScalarAsync(sql);

        (await call.Should().ThrowAsync<PostgresException>()).Which.SqlState.Should().Be(PostgresErrorCodes.CheckViolation);
    }

    [Fact]
    public async Task A_job_of_a_living_worker_is_not_taken_back_whatever_the_place_to_start()
    {
        (await ScalarAsync($"SELECT count(*) FROM sys.claim_jobs('{Live}', 10, '{{}}')")).Should().Be(1);

        foreach (var place in new[] { "NULL, NULL", "'00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000'" })
            (await ScalarAsync($"SELECT count(*) FROM sys.rescue_jobs(1000, {place})")).Should().Be(0);
        (await ScalarAsync("SELECT sys.delete_lost_workers(interval '1 day')")).Should().Be(0);

        (await world.Database.ScalarAsync<string>("SELECT state FROM jobs")).Should().Be("running");
    }

    [Fact]
    public async Task The_jobs_of_a_suspended_tenant_are_not_handed_out()
    {
        await world.Database.ExecuteAsync("UPDATE tenants SET status = 'suspended' WHERE id = $1", tenant);

        (await ScalarAsync($"SELECT count(*) FROM sys.claim_jobs('{Live}', 10, '{{}}')")).Should().Be(0);
    }

    // Temporary tables come first in a search path that does not say otherwise.
    [Fact]
    public async Task Tables_that_the_caller_puts_in_the_way_are_not_looked_at()
    {
        await using var connection = new NpgsqlConnection(world.Database.AppConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using (var decoys = new NpgsqlCommand(
            $"""
            CREATE TEMP TABLE workers (LIKE public.workers);
            CREATE TEMP TABLE jobs (LIKE public.jobs);
            CREATE TEMP TABLE lanes (LIKE public.lanes);
            INSERT INTO pg_temp.workers VALUES ('{Unknown}', 'n', '1', now(), now() + interval '1 day');
            SET search_path = pg_temp, public;
            """, connection)) await decoys.ExecuteNonQueryAsync();

        await using var claim = new NpgsqlCommand($"SELECT count(*) FROM sys.claim_jobs('{Unknown}', 10, '{{}}')", connection);
        (await claim.ExecuteScalarAsync()).Should().Be(0L, "the decoy's lease is none");
        claim.CommandText = $"SELECT count(*) FROM sys.claim_jobs('{Live}', 10, '{{}}')";
        (await claim.ExecuteScalarAsync()).Should().Be(1L, "the real job is seen past the decoy");
        (await world.Database.ScalarAsync<string>("SELECT state FROM public.jobs")).Should().Be("running");
    }

    [Theory]
    [InlineData("SELECT count(*) FROM sys.claim_jobs(NULL, 1, '{}')")]
    [InlineData("SELECT count(*) FROM sys.worker_jobs(NULL)")]
    [InlineData("SELECT count(*) FROM sys.rescue_jobs(1, NULL, NULL)")]
    [InlineData("SELECT count(*) FROM sys.expire_jobs(1)")]
    [InlineData("SELECT count(*) FROM sys.enabled_schedules()")]
    [InlineData("SELECT sys.delete_ended_jobs(interval '1 day', 1)")]
    public async Task Nobody_but_the_application_may_call_them(string sql)
    {
        await using var source = NpgsqlDataSource.Create(world.Database.Server.ConnectionString("dc_backup", world.Database.Name) + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        var call = () => command.ExecuteScalarAsync();

        (await call.Should().ThrowAsync<PostgresException>()).Which.SqlState.Should().Be(PostgresErrorCodes.InsufficientPrivilege);
    }

    private async Task<long> ScalarAsync(string sql)
    {
        await using var command = world.Sources.App.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
