using DeviceConsole.Core.Data;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Core.Jobs;

/// <summary>What the clock does for the queue: takes back the jobs of lost workers, ends what waited too long, keeps partitions and retention.</summary>
public sealed partial class JobSweeps(DataSources dataSources, IOptions<JobOptions> options, ILogger<JobSweeps> logger)
{
    private const int Step = 500;

    /// <summary>Takes back the jobs of every worker whose lease ran out; the number of them.</summary>
    public async Task<int> RescueAsync(CancellationToken cancellationToken)
    {
        var rescued = 0;
        Guid? tenant = null, device = null;
        bool more;
        do
        {
            await using var command = dataSources.Completions.CreateCommand("SELECT job_id, last_tenant, last_device FROM sys.rescue_jobs($1, $2, $3)");
            command.Parameters.Add(Sql.Int(Step));
            command.Parameters.Add(Sql.Uuid(tenant));
            command.Parameters.Add(Sql.Uuid(device));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            more = false;
            while (await reader.ReadAsync(cancellationToken))
            {
                more = true;
                (tenant, device) = (reader.GetGuid(1), reader.GetGuid(2));
                if (!reader.IsDBNull(0)) rescued++;
            }
        }
        while (more);
        if (rescued > 0) LogRescued(rescued);
        return rescued;
    }

    /// <summary>Ends what waited past its expiry; the number of jobs.</summary>
    public async Task<int> ExpireAsync(CancellationToken cancellationToken)
    {
        var expired = 0;
        for (var step = Step; step == Step;)
        {
            await using var command = dataSources.Completions.CreateCommand("SELECT count(*) FROM sys.expire_jobs($1)");
            command.Parameters.Add(Sql.Int(Step));
            step = (int)(long)(await command.ExecuteScalarAsync(cancellationToken))!;
            expired += step;
        }
        if (expired > 0) LogExpired(expired);
        return expired;
    }

    /// <summary>Makes the partitions of the coming weeks; the number of new ones.</summary>
    public async Task<int> EnsurePartitionsAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSources.App.CreateCommand("SELECT sys.ensure_partitions()");
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Deletes what is older than its retention.</summary>
    public async Task RetainAsync(CancellationToken cancellationToken)
    {
        var keep = options.Value.Retention;
        long deleted, jobs = 0;
        do
        {
            deleted = (long)(await ScalarAsync("SELECT sys.delete_ended_jobs($1, 1000)", keep, cancellationToken))!;
            jobs += deleted;
        }
        while (deleted > 0);
        // A job's transitions go after the job: a week later at the latest, with their whole partition.
        await ScalarAsync("SELECT sys.drop_partitions('job_transitions', $1)", keep + TimeSpan.FromDays(7), cancellationToken);
        await ScalarAsync("SELECT sys.drop_partitions('device_events', $1)", keep, cancellationToken);
        await ScalarAsync("SELECT sys.drop_partitions('poll_samples', $1)", options.Value.SampleRetention, cancellationToken);
        await ScalarAsync("SELECT sys.drop_partitions('poll_samples_5m', $1)", options.Value.SampleRetention * 8, cancellationToken);
        await ScalarAsync("SELECT sys.drop_partitions('poll_samples_1h', $1)", options.Value.SampleRetention * 52, cancellationToken);
        await ScalarAsync("SELECT sys.delete_old_alarms($1)", keep, cancellationToken);
        await ScalarAsync("SELECT sys.drop_partitions('alarm_history', $1)", keep + TimeSpan.FromDays(7), cancellationToken);
        await ScalarAsync("SELECT sys.drop_partitions('device_sessions', $1)", keep, cancellationToken);
        await ScalarAsync("SELECT sys.drop_partitions('traces', $1)", options.Value.TraceRetention, cancellationToken);
        await ScalarAsync("SELECT sys.delete_old_calls($1)", TimeSpan.FromDays(7), cancellationToken);
        await ScalarAsync("SELECT sys.delete_unfinished_files($1)", TimeSpan.FromHours(1), cancellationToken);
        await ScalarAsync("SELECT sys.drop_partitions('audit', $1)", options.Value.AuditRetention, cancellationToken);
        await ScalarAsync("SELECT sys.delete_old_slots($1)", keep, cancellationToken);
        await ScalarAsync("SELECT sys.delete_lost_workers($1)", TimeSpan.FromDays(1), cancellationToken);
        if (jobs > 0) LogRetained(jobs);
    }

    private async Task<object?> ScalarAsync(string sql, TimeSpan interval, CancellationToken cancellationToken)
    {
        await using var command = dataSources.App.CreateCommand(sql);
        command.Parameters.Add(Sql.Interval(interval));
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    [LoggerMessage(2701, LogLevel.Warning, "{Count} jobs of lost workers were taken back.")]
    private partial void LogRescued(int count);

    [LoggerMessage(2702, LogLevel.Information, "{Count} jobs waited past their expiry.")]
    private partial void LogExpired(int count);

    [LoggerMessage(2703, LogLevel.Information, "{Count} ended jobs were past their retention and are deleted.")]
    private partial void LogRetained(long count);
}
