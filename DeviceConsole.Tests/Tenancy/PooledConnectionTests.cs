using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Data;
using DeviceConsole.Tests.Peers;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DeviceConsole.Tests.Tenancy;

/// <summary>One pooled connection, two tenants, and operations that end in every way: nothing of one tenant stays on it for the next.</summary>
public sealed class PooledConnectionTests : IAsyncLifetime
{
    private const int Operations = 10_000;
    private TestDatabase database = null!;
    private DataSources sources = null!;
    private readonly Dictionary<Guid, Guid> userOf = [];
    private Guid[] tenants = [];

    public async Task InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        var (a, b) = await TwoTenants.FillAsync(database);
        tenants = [a, b];
        foreach (var tenant in tenants) userOf[tenant] = await database.ScalarAsync<Guid>("SELECT id FROM users WHERE tenant_id = $1", tenant);
        var one = new NpgsqlConnectionStringBuilder(database.AppConnectionString) { MaxPoolSize = 1, Timeout = 60 }.ConnectionString;
        sources = new DataSources(one, one);
    }

    public async Task DisposeAsync()
    {
        await sources.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Ten_thousand_mixed_operations_with_aborts_never_see_another_tenants_row()
    {
        var random = new Random(20);
        var contexts = new TenantDbContextFactory(sources);
        var (completed, aborted) = (0, 0);
        for (var i = 0; i < Operations; i++)
        {
            var tenant = tenants[random.Next(tenants.Length)];
            using var cancel = random.Next(4) == 0 ? new CancellationTokenSource(TimeSpan.FromMicroseconds(random.Next(900))) : new CancellationTokenSource();
            try
            {
                await RunAsync(random.Next(9), tenant, contexts, cancel.Token);
                completed++;
            }
            catch (Exception e) when (e is OperationCanceledException or PostgresException or DbUpdateException or InvalidOperationException { InnerException: OperationCanceledException or PostgresException })
            {
                aborted++;
            }
            if (i % 50 == 0) (await VisibleAsync()).Should().Be(0, "a connection that comes back to the pool has no tenant");
        }
        completed.Should().BeGreaterThan(Operations / 2);
        aborted.Should().BeGreaterThan(Operations / 20, "operations that end badly belong to the test");
    }

    private async Task RunAsync(int kind, Guid tenant, TenantDbContextFactory contexts, CancellationToken cancellationToken)
    {
        switch (kind)
        {
            case 0 or 1:
                await using (var batch = new TenantBatch(sources.App, tenant))
                {
                    batch.Add("SELECT tenant_id FROM devices UNION ALL SELECT tenant_id FROM jobs");
                    (await batch.ListAsync(r => r.GetGuid(0), cancellationToken)).Should().NotBeEmpty().And.OnlyContain(t => t == tenant);
                }
                break;
            case 2:
                await using (var batch = new TenantBatch(sources.App, tenant))
                {
                    batch.Add("UPDATE devices SET notes = $1", Sql.Text(tenant.ToString())).Add("SELECT 1 / 0");
                    await batch.ExecuteAsync(cancellationToken);
                }
                break;
            case 3:
                await using (var batch = new TenantBatch(sources.App, tenant))
                {
                    batch.Add("UPDATE devices SET notes = $1", Sql.Text(tenant.ToString()));
                    (await batch.ExecuteAsync(cancellationToken)).Should().Be(1);
                }
                break;
            case 4:
                // A reader that is left in the middle.
                await using (var batch = new TenantBatch(sources.App, tenant))
                {
                    batch.Add("SELECT d.tenant_id FROM devices d, generate_series(1, 2000)");
                    await using var reader = await batch.ReadAsync(cancellationToken);
                    (await reader.ReadAsync(cancellationToken)).Should().BeTrue();
                    reader.GetGuid(0).Should().Be(tenant);
                }
                break;
            default:
                await RunEfAsync(kind, tenant, contexts, cancellationToken);
                break;
        }
    }

    private async Task RunEfAsync(int kind, Guid tenant, TenantDbContextFactory contexts, CancellationToken cancellationToken)
    {
        await using var db = contexts.Create(tenant);
        switch (kind)
        {
            case 5:
                (await db.Set<User>().AsNoTracking().ToListAsync(cancellationToken)).Should().NotBeEmpty().And.OnlyContain(u => u.TenantId == tenant);
                break;
            case 6:
                var user = await db.Set<User>().SingleAsync(cancellationToken);
                user.DisplayName = $"{tenant} {Random.Shared.Next()}";
                (await db.SaveChangesAsync(cancellationToken)).Should().Be(1);
                break;
            case 7:
                (await db.Set<User>().ExecuteUpdateAsync(u => u.SetProperty(x => x.DisplayName, tenant.ToString()), cancellationToken)).Should().Be(1);
                break;
            default:
                // A transaction that is left without an end, and a change of the other tenant's row that must not look like a success.
                await using (await db.Database.BeginTransactionAsync(cancellationToken))
                    (await db.Set<User>().CountAsync(cancellationToken)).Should().Be(1);
                var other = tenants.First(t => t != tenant);
                var stranger = new User { Id = userOf[other], TenantId = other, ConcurrencyStamp = "c", DisplayName = "x" };
                db.Attach(stranger);
                stranger.DisplayName = "taken over";
                var act = () => db.SaveChangesAsync(cancellationToken);
                await act.Should().ThrowAsync<Exception>();
                break;
        }
    }

    private async Task<long> VisibleAsync()
    {
        await using var command = sources.App.CreateCommand("SELECT (SELECT count(*) FROM devices) + (SELECT count(*) FROM users) + (SELECT count(*) FROM audit)");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
