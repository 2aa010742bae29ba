using DeviceConsole.Core.Jobs;
using Npgsql;

namespace DeviceConsole.Tests.Jobs;

/// <summary>What the table itself refuses, whatever the code above it does: every statement here runs as superuser, past row-level security.</summary>
public sealed class GuardTests : IAsyncLifetime
{
    private JobWorld world = null!;
    private Guid tenant;
    private Guid[] devices = [];

    public async Task InitializeAsync()
    {
        world = await JobWorld.CreateAsync();
        (tenant, devices) = await world.CreateTenantAsync(2);
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    /// <summary>Which state may follow which; the table refuses all the others.</summary>
    public static TheoryData<JobState, JobState, bool> Transitions()
    {
        JobState[] fromQueued = [JobState.Queued, JobState.Running, JobState.Cancelled, JobState.Expired];
        var data = new TheoryData<JobState, JobState, bool>();
        foreach (var from in JobStates.All)
            foreach (var to in JobStates.All)
            {
                var allowed = from switch
                {
                    JobState.Queued => fromQueued.Contains(to),
                    // A running job is cancelled, not expired, but the table need not know that.
                    JobState.Running => true,
                    _ => false,
                };
                data.Add(from, to, allowed);
            }
        return data;
    }

    [Theory]
    [MemberData(nameof(Transitions))]
    public async Task A_state_follows_only_where_it_may(JobState from, JobState to, bool allowed)
    {
        var job = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]));
        if (from == JobState.Running) await PutAsync(job.Id, JobState.Running);
        else if (from is JobState.Completed or JobState.Failed)
        {
            await PutAsync(job.Id, JobState.Running);
            await PutAsync(job.Id, from);
        }
        else if (from != JobState.Queued) await PutAsync(job.Id, from);
        var move = () => PutAsync(job.Id, to);
        if (allowed) await move.Should().NotThrowAsync();
        else (await move.Should().ThrowAsync<PostgresException>()).Which.SqlState.Should().Be(PostgresErrorCodes.CheckViolation);
    }

    [Theory]
    [InlineData("state = 'running', attempt = 1, started_at = now()", "running_has_a_worker")]
    [InlineData("worker = gen_random_uuid()", "running_has_a_worker")]
    [InlineData("state = 'running', worker = gen_random_uuid()", "running_has_started")]
    [InlineData("state = 'cancelled'", "ended_has_a_time")]
    [InlineData("finished_at = now()", "ended_has_a_time")]
    [InlineData("state = 'failed', finished_at = now(), attempt = 1, started_at = now()", "failed_has_a_fault")]
    [InlineData("state = 'completed', finished_at = now(), attempt = 1, started_at = now(), fault = '{}'", "completed_has_no_fault")]
    [InlineData("state = 'completed', finished_at = now()", "tried_before_it_ended")]
    [InlineData("attempt = 3", "queued_has_an_attempt_left")]
    [InlineData("attempt = 4, state = 'running', worker = gen_random_uuid(), started_at = now()", "attempts_within_maximum")]
    [InlineData("state = 'lost'", "jobs_state_check")]
    public async Task An_impossible_job_is_refused(string change, string constraint)
    {
        await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]));
        var set = () => world.Database.ExecuteAsync($"UPDATE jobs SET {change}");
        (await set.Should().ThrowAsync<PostgresException>()).Which.ConstraintName.Should().Be(constraint);
    }

    [Fact]
    public async Task Two_running_jobs_of_one_device_are_refused()
    {
        var first = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]));
        var second = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]));
        await PutAsync(first.Id, JobState.Running);
        var start = () => PutAsync(second.Id, JobState.Running);
        (await start.Should().ThrowAsync<PostgresException>()).Which.ConstraintName.Should().Be("jobs_running");
    }

    [Fact]
    public async Task An_ended_job_is_final_in_every_column()
    {
        var job = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]));
        await PutAsync(job.Id, JobState.Cancelled);
        foreach (var change in new[] { "summary = 'x'", "priority = 3", "finished_at = now()", "revision = revision + 1", "wait_reason = 'x'" })
        {
            var set = () => world.Database.ExecuteAsync($"UPDATE jobs SET {change} WHERE id = $1", job.Id);
            (await set.Should().ThrowAsync<PostgresException>()).Which.ConstraintName.Should().Be("ended_job_is_final");
        }
    }

    [Fact]
    public async Task A_job_cannot_point_at_a_device_of_another_tenant()
    {
        var (other, _) = await world.CreateTenantAsync();
        var insert = () => world.Database.ExecuteAsync(
            "INSERT INTO jobs (tenant_id, id, device_id, protocol, operation, session_bound, timeout_ms, max_attempts, created_by) VALUES ($1, gen_random_uuid(), $2, 'x', 'x', false, 1, 1, 'x')", other, devices[0]);
        (await insert.Should().ThrowAsync<PostgresException>()).Which.SqlState.Should().Be(PostgresErrorCodes.ForeignKeyViolation);
    }

    private Task<int> PutAsync(Guid id, JobState state) => world.Database.ExecuteAsync(
        state switch
        {
            JobState.Queued => "UPDATE jobs SET state = 'queued', worker = NULL, attempt = 0, finished_at = NULL WHERE id = $1",
            JobState.Running => "UPDATE jobs SET state = 'running', worker = gen_random_uuid(), attempt = greatest(attempt, 1), started_at = now(), finished_at = NULL WHERE id = $1",
            JobState.Failed => "UPDATE jobs SET state = 'failed', worker = NULL, finished_at = now(), fault = '{}' WHERE id = $1",
            _ => $"UPDATE jobs SET state = '{state.Text()}', worker = NULL, finished_at = now() WHERE id = $1",
        }, id);
}
