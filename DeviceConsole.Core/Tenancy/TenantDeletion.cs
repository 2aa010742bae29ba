using System.Text.Json.Nodes;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DeviceConsole.Core.Tenancy;

/// <summary>
/// The end of a tenant. Asking for it closes every door at once (the tenant is suspended, then <c>deleting</c>); its rows go in bounded
/// transactions, a small tenant's before the call returns, a large one's by <see cref="SweepAsync"/>. The platform's audit log keeps that it was.
/// </summary>
public sealed partial class TenantDeletion(DataSources dataSources, TenantDirectory directory, TimeProvider time, ILogger<TenantDeletion> logger)
{
    /// <summary>How long <see cref="DeleteAsync"/> stays with it before it leaves the rest to the sweep.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1), Pause = TimeSpan.FromMilliseconds(100);
    private const int Rows = 500;

    /// <summary>What a tenant has. Platform administrators only.</summary>
    public async Task<Result<TenantContents>> CountAsync(Caller caller, Guid tenant, CancellationToken cancellationToken)
    {
        var found = await FindAsync(caller, tenant, "look into tenants", cancellationToken);
        return found.IsSuccess ? await CountAsync(tenant, cancellationToken) : found.Problem!;
    }

    /// <summary>
    /// Deletes a tenant with everything that it has; true when it is gone already, false when the sweep goes on with it. Platform administrators only.
    /// </summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="tenant">Which; it is suspended already, or <paramref name="suspend"/> says to.</param>
    /// <param name="typedSlug">Its short name as somebody typed it.</param>
    /// <param name="suspend">Suspends an active tenant first.</param>
    /// <param name="cancellationToken">Once the deletion has begun it only ends the waiting for it.</param>
    public async Task<Result<bool>> DeleteAsync(Caller caller, Guid tenant, string typedSlug, bool suspend, CancellationToken cancellationToken)
    {
        var found = await FindAsync(caller, tenant, "delete tenants", cancellationToken);
        if (!found.IsSuccess) return found.Problem!;
        var target = found.Value;
        if (tenant == Tenant.Platform) return Problem.Conflict("The platform's own tenant cannot be deleted.");
        if (typedSlug.Trim() != target.Slug) return Problem.Invalid("slug", $"Type the short name of the tenant, {target.Slug}, to confirm.");
        if (target.IsActive)
        {
            if (!suspend) return Problem.Conflict($"{target.Name} is active. Suspend it first: then nobody works in it while it is deleted.");
            var suspended = await directory.UpdateAsync(caller, tenant, new TenantUpdate(target.Name, false, [.. target.AllowedNetworks.Select(n => n.ToString())]), cancellationToken);
            if (!suspended.IsSuccess) return suspended.Problem!;
        }
        if (!target.IsDeleting && await BeginAsync(caller, target, cancellationToken) is { } problem) return problem;
        return await WorkAsync(tenant, cancellationToken);
    }

    /// <summary>Goes on with the deletions under way; returns when there is nothing to do now.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        foreach (var tenant in await UnderWayAsync(cancellationToken))
        {
            try
            {
                var step = await StepAsync(tenant, cancellationToken);
                while (step is { Deleted: > 0, Gone: false }) step = await StepAsync(tenant, cancellationToken);
            }
            catch (PostgresException e) when (IsPassing(e))
            {
                LogLater(tenant, e.MessageText);
            }
        }
    }

    private async Task<Problem?> BeginAsync(Caller caller, Tenant target, CancellationToken cancellationToken)
    {
        var contents = await CountAsync(target.Id, cancellationToken);
        try
        {
            await using var batch = new TenantBatch(dataSources.App, Tenant.Platform);
            // Gone since it was looked up: no row, and the division makes the whole batch, audit row included, fail.
            batch.Add("SELECT 1 / sys.platform_delete_tenant($1, $2, $3)::int", Sql.Uuid(target.Id), Sql.Text(target.Slug), Sql.Text(caller.ActorName));
            batch.Add(AuditLog.Command(caller, Tenant.Platform, new AuditEntry("tenant.delete", "tenant", target.Id.ToString(), $"Deletes the tenant {target.Name} ({target.Slug}) with {contents.Describe()}.")
            {
                Before = new JsonObject(contents.Tables.Select(t => KeyValuePair.Create(t.Table, (JsonNode?)t.Rows))),
            }));
            batch.Add(TenantWatch.Tell(target.Id, target.Slug));
            await batch.ExecuteAsync(cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DivisionByZero)
        {
            return Problem.NotFound("tenant");
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.CheckViolation)
        {
            return Problem.Conflict("Somebody else changed the tenant meanwhile. Load the list again.");
        }
        directory.Forget(target.Id, target.Slug);
        return null;
    }

    private async Task<bool> WorkAsync(Guid tenant, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < Patience)
        {
            try
            {
                var step = await StepAsync(tenant, cancellationToken);
                if (step.Gone) return true;
                // Somebody else's step, or rows that others hold.
                if (step.Deleted == 0) await Task.Delay(Pause, time, cancellationToken);
            }
            catch (PostgresException e) when (IsPassing(e))
            {
                LogLater(tenant, e.MessageText);
                return false;
            }
        }
        return false;
    }

    private async Task<TenantContents> CountAsync(Guid tenant, CancellationToken cancellationToken)
    {
        await using var list = new TenantBatch(dataSources.App, tenant);
        // Names from the catalog, quoted by it.
        var tables = await list.Add("SELECT relation::text FROM sys.tenant_tables() ORDER BY 1").ListAsync(r => r.GetString(0), cancellationToken);
        await using var counts = new TenantBatch(dataSources.App, tenant);
        counts.Add(string.Join(" UNION ALL ", tables.Select((t, i) => $"SELECT {i}, count(*) FROM {t} WHERE tenant_id = $1")), Sql.Uuid(tenant));
        var rows = await counts.ListAsync(r => new TableCount(Bare(tables[r.GetInt32(0)]), r.GetInt64(1)), cancellationToken);
        return new TenantContents([.. rows.Where(r => r.Rows > 0)]);
    }

    private async Task<Result<Tenant>> FindAsync(Caller caller, Guid tenant, string what, CancellationToken cancellationToken)
    {
        var all = await directory.ListAsync(caller, cancellationToken);
        if (!all.IsSuccess) return Problem.Forbidden(what);
        return all.Value.FirstOrDefault(t => t.Id == tenant) is { } found ? found : Problem.NotFound("tenant");
    }

    private async Task<List<Guid>> UnderWayAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSources.App.CreateCommand("SELECT t FROM sys.tenants_in_deletion() t");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ListAsync(r => r.GetGuid(0), cancellationToken);
    }

    // Rows of many others may have to be looked through for one: where the statement's time runs out, fewer rows at a time still get on.
    private async Task<DeletionStep> StepAsync(Guid tenant, CancellationToken cancellationToken)
    {
        for (var rows = Rows; ; rows /= 10)
        {
            try
            {
                return await StepAsync(tenant, rows, cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled && rows >= 10)
            {
                LogLater(tenant, e.MessageText);
            }
        }
    }

    private async Task<DeletionStep> StepAsync(Guid tenant, int rows, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add("SELECT deleted, gone FROM sys.delete_tenant_rows($1, $2)", Sql.Int(rows), Sql.Interval(Step));
        var step = await batch.FirstAsync(r => new DeletionStep(r.GetInt64(0), r.GetBoolean(1)), cancellationToken) ?? new DeletionStep(0, false);
        if (step.Deleted > 0) LogStep(tenant, step.Deleted, (long)time.GetElapsedTime(began).TotalMilliseconds);
        return step;
    }

    private static string Bare(string table) => table[(table.LastIndexOf('.') + 1)..].Trim('"');

    // Locks that others hold, a row that came after its table was emptied: the next sweep goes on.
    private static bool IsPassing(PostgresException e) =>
        e.IsTransient || e.SqlState is PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled;

    [LoggerMessage(2151, LogLevel.Information, "{Rows} rows of the tenant {Tenant} are deleted, in {Milliseconds} ms.")]
    private partial void LogStep(Guid tenant, long rows, long milliseconds);

    [LoggerMessage(2152, LogLevel.Warning, "The deletion of the tenant {Tenant} goes on later: {Reason}")]
    private partial void LogLater(Guid tenant, string reason);

    private sealed record DeletionStep(long Deleted, bool Gone);
}
