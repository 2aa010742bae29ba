using System.Text.Json.Nodes;
using DeviceConsole.Core;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Peers;
using Npgsql;

namespace DeviceConsole.Tests.Jobs;

public sealed class EnqueueTests : IAsyncLifetime
{
    private JobWorld world = null!;
    private Guid tenant;
    private Guid[] devices = [];

    public async Task InitializeAsync()
    {
        world = await JobWorld.CreateAsync();
        (tenant, devices) = await world.CreateTenantAsync(3);
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task A_job_is_queued_with_its_transition_and_lane()
    {
        var job = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]) with { Priority = JobPriority.High });
        job.State.Should().Be(JobState.Queued);
        job.Description.Should().Be("get a.b");
        job.MaxAttempts.Should().Be(3);
        var detail = (await world.Service.GetAsync(JobWorld.Admin(tenant), job.Id, default)).Value;
        detail.Transitions.Should().ContainSingle(t => t.State == JobState.Queued);
        (await world.Database.ScalarAsync<short>("SELECT priority FROM lanes WHERE device_id = $1 AND next_at <= now()", devices[0])).Should().Be(2);
    }

    [Fact]
    public async Task Errors_are_sentences_beside_their_fields()
    {
        var caller = JobWorld.Admin(tenant);
        async Task<Problem> Try(JobRequest request) => (await world.Service.EnqueueAsync(caller, request, default)).Problem!;
        (await Try(JobWorld.Get(devices[0]) with { Protocol = "gopher" })).Errors.Should().ContainSingle(e => e.Field == "protocol");
        (await Try(JobWorld.Get(devices[0]) with { Operation = "dance" })).Errors.Should().ContainSingle(e => e.Field == "operation");
        (await Try(JobWorld.Get(devices[0]) with { Arguments = [] })).Errors.Should().ContainSingle(e => e.Field == "arguments.path" && e.Message == "Path is needed.");
        (await Try(JobWorld.Get(devices[0], "bad"))).Errors.Should().ContainSingle(e => e.Message == "This path is bad.");
        (await Try(JobWorld.Get(devices[0]) with { Timeout = TimeSpan.FromDays(2) })).Errors.Should().ContainSingle(e => e.Field == "timeout");
        (await Try(JobWorld.Get(devices[0]) with { ExpiresAt = DateTimeOffset.UtcNow.AddMinutes(-1) })).Errors.Should().ContainSingle(e => e.Field == "expiresAt");
        (await Try(JobWorld.Get(Guid.NewGuid()))).Kind.Should().Be(ProblemKind.NotFound);
        (await Try(new JobRequest(devices[0], CallInProtocol.Id, "get", []))).Message.Should().Be("This device has no Call-in address yet. Add it on the device's page.");
    }

    [Fact]
    public async Task A_viewer_may_not_run_and_an_operator_without_writes_may_not_write()
    {
        var viewer = TestDatabase.CallerOf(tenant, Roles.Viewer);
        (await world.Service.EnqueueAsync(viewer, JobWorld.Get(devices[0]), default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
        var reader = viewer with { Rights = Rights.View | Rights.RunReads };
        (await world.Service.EnqueueAsync(reader, JobWorld.Get(devices[0]), default)).IsSuccess.Should().BeTrue();
        (await world.Service.EnqueueAsync(reader, JobWorld.Get(devices[0]) with { Operation = "set" }, default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
    }

    [Fact]
    public async Task A_scope_hides_devices_and_their_jobs()
    {
        var hidden = await world.EnqueueAsync(tenant, JobWorld.Get(devices[1]));
        var scoped = JobWorld.Admin(tenant) with { Scope = DeviceScope.Of([devices[0]]) };
        (await world.Service.EnqueueAsync(scoped, JobWorld.Get(devices[1]), default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await world.Service.GetAsync(scoped, hidden.Id, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await world.Service.CancelAsync(scoped, hidden.Id, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await world.Service.ListAsync(scoped, new JobQuery(), default)).Items.Should().BeEmpty();
        (await world.Service.CountAsync(scoped, default)).Queued.Should().Be(0);
    }

    [Fact]
    public async Task Another_tenant_sees_nothing()
    {
        var job = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]));
        var other = JobWorld.Admin(await world.Database.CreateTenantAsync());
        (await world.Service.GetAsync(other, job.Id, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await world.Service.EnqueueAsync(other, JobWorld.Get(devices[0]), default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await world.Service.RetryAsync(other, job.Id, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
    }

    [Fact]
    public async Task The_same_key_with_the_same_request_is_the_same_job()
    {
        var request = JobWorld.Get(devices[0]) with { IdempotencyKey = "k" };
        var first = await world.EnqueueAsync(tenant, request);
        (await world.EnqueueAsync(tenant, request)).Id.Should().Be(first.Id);
        var other = await world.Service.EnqueueAsync(JobWorld.Admin(tenant), request with { Arguments = ScriptedProtocol.Path("c.d") }, default);
        other.Problem!.Kind.Should().Be(ProblemKind.Conflict);
    }

    [Fact]
    public async Task A_key_used_by_sixteen_at_once_makes_one_job()
    {
        var request = JobWorld.Get(devices[0]) with { IdempotencyKey = "race" };
        var ids = await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ => (await world.EnqueueAsync(tenant, request with { Arguments = ScriptedProtocol.Path() })).Id));
        ids.Distinct().Should().ContainSingle();
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE idempotency_key = 'race'")).Should().Be(1);
    }

    [Fact]
    public async Task Batches_with_the_same_keys_in_another_order_do_not_deadlock()
    {
        var requests = Enumerable.Range(0, 60).Select(i => JobWorld.Get(devices[i % 3], $"p{i}") with { IdempotencyKey = $"b{i}" }).ToArray();
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(async n =>
        {
            var order = requests.OrderBy(r => HashCode.Combine(r.IdempotencyKey, n)).ToArray();
            var ids = (await world.Service.EnqueueManyAsync(JobWorld.Admin(tenant), order, default)).Value;
            return order.Zip(ids).ToDictionary(x => x.First.IdempotencyKey!, x => x.Second);
        }));
        results.Should().AllSatisfy(r => r.Should().Equal(results[0]));
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs")).Should().Be(60);
    }

    [Fact]
    public async Task A_batch_is_all_or_nothing_and_names_the_wrong_one()
    {
        var result = await world.Service.EnqueueManyAsync(JobWorld.Admin(tenant), [JobWorld.Get(devices[0]), JobWorld.Get(devices[1], "bad")], default);
        result.Problem!.Errors.Should().ContainSingle(e => e.Field == "[1].arguments.path");
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs")).Should().Be(0);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(200, 1)]
    [InlineData(1000, 1)]
    public async Task A_batch_notifies_once(int jobs, int expected)
    {
        await using var connection = new NpgsqlConnection(world.Database.AppConnectionString);
        await connection.OpenAsync();
        await using (var listen = new NpgsqlCommand("LISTEN dc_jobs", connection)) await listen.ExecuteNonQueryAsync();
        var payloads = new List<string>();
        connection.Notification += (_, e) => payloads.Add(e.Payload);
        await world.Service.EnqueueManyAsync(JobWorld.Admin(tenant), [.. Enumerable.Range(0, jobs).Select(i => JobWorld.Get(devices[i % 3]))], default);
        await world.Database.ExecuteAsync("NOTIFY dc_jobs, 'end'");
        while (!payloads.Contains("end")) await connection.WaitAsync();
        payloads.Should().HaveCount(expected + 1);
        payloads[0].Length.Should().BeLessThan(8000);
        var notice = DeviceConsole.Core.Live.JobNotice.Parse(payloads[0])!;
        notice.Queued.Should().BeTrue();
        notice.Tenants.Should().ContainSingle(t => t.Tenant == tenant);
        (notice.Tenants![0].Jobs?.Count ?? -1).Should().Be(jobs <= 230 ? jobs : -1);
    }

    [Fact]
    public async Task Cancel_ends_a_queued_job_once_and_is_audited()
    {
        var caller = JobWorld.Admin(tenant);
        var job = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]));
        (await world.Service.CancelAsync(caller, job.Id, default)).IsSuccess.Should().BeTrue();
        (await world.JobAsync(tenant, job.Id)).State.Should().Be(JobState.Cancelled);
        (await world.Service.CancelAsync(caller, job.Id, default)).Problem!.Message.Should().Be("This job is cancelled already; there is nothing left to cancel.");
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM audit WHERE action = 'job.cancel' AND target_id = $1", job.Id.ToString())).Should().Be(1);
    }

    [Fact]
    public async Task Retry_makes_a_new_job_of_an_ended_one_only()
    {
        var caller = JobWorld.Admin(tenant);
        var job = await world.EnqueueAsync(tenant, JobWorld.Get(devices[0]) with { Priority = JobPriority.Urgent, MaxAttempts = 7 });
        (await world.Service.RetryAsync(caller, job.Id, default)).Problem!.Kind.Should().Be(ProblemKind.Conflict);
        await world.Service.CancelAsync(caller, job.Id, default);
        var again = (await world.Service.RetryAsync(caller, job.Id, default)).Value;
        again.RetryOf.Should().Be(job.Id);
        (again.Priority, again.MaxAttempts, again.State).Should().Be((JobPriority.Urgent, 7, JobState.Queued));
    }

    [Fact]
    public async Task Lists_page_by_keyset_newest_first_and_filter()
    {
        var caller = JobWorld.Admin(tenant);
        var ids = (await world.Service.EnqueueManyAsync(caller, [.. Enumerable.Range(0, 25).Select(i => JobWorld.Get(devices[i % 3]))], default)).Value;
        ids.Should().BeInAscendingOrder(Comparer<Guid>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString())));
        var seen = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await world.Service.ListAsync(caller, new JobQuery { Limit = 10, After = cursor }, default);
            seen.AddRange(page.Items.Select(j => j.Id));
            cursor = page.Next;
        }
        while (cursor is not null);
        seen.Should().Equal(ids.Reverse());
        (await world.Service.ListAsync(caller, new JobQuery { DeviceId = devices[0] }, default)).Items.Should().OnlyContain(j => j.DeviceId == devices[0]).And.HaveCount(9);
        (await world.Service.ListAsync(caller, new JobQuery { States = [JobState.Running] }, default)).Items.Should().BeEmpty();
        (await world.Service.ListAsync(caller, new JobQuery { After = "not a cursor" }, default)).Items.Should().BeEmpty();
        (await world.Service.CountAsync(caller, default)).Queued.Should().Be(25);
    }
}
