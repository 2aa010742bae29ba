using System.Diagnostics;
using System.Globalization;
using DeviceConsole.Benchmarks.Sessions;

namespace DeviceConsole.Benchmarks.Snmp;

/// <summary>What one interval came to.</summary>
/// <param name="From">When it began, by the database's clock.</param>
/// <param name="Until">When it ended.</param>
/// <param name="WorkingSet">The application's, in MiB: the median of the round's seconds.</param>
/// <param name="Heap">Its managed heap in MiB: what a full collection at the round's end left alive, the least of three.</param>
/// <param name="Late">Seconds by which the poll that waited longest was late.</param>
/// <param name="Cpu">Seconds of CPU.</param>
internal sealed record PollingRound(DateTime From, DateTime Until, double WorkingSet, double Heap, double Late, (double Application, double Database) Cpu)
{
    /// <summary>How long it was.</summary>
    public double Seconds => (Until - From).TotalSeconds;

    /// <summary>Polls that began in it and whose values are stored.</summary>
    public long Polls { get; init; }

    /// <summary>Those values.</summary>
    public long Values { get; init; }
}

/// <summary>Looks at a node that polls, from outside: its database, its /metrics and /proc.</summary>
internal sealed class PollingWatch(AcsNode node)
{
    private const double Mebi = 1024 * 1024;

    /// <summary>Waits until so many devices have been read once.</summary>
    public async Task UntilBusyAsync(int devices, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(10));
        while (await node.Database.ScalarAsync<long>("SELECT count(*) FROM poll_targets WHERE last_at IS NOT NULL") < devices) await Task.Delay(1000, patience.Token);
    }

    /// <summary>Devices whose last poll failed.</summary>
    public Task<long> FailedAsync() => node.Database.ScalarAsync<long>("SELECT count(*) FROM poll_targets WHERE failures > 0");

    /// <summary>Looks on for one interval.</summary>
    public async Task<PollingRound> RoundAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        var (watch, cpu, from) = (Stopwatch.StartNew(), node.Cpu.Read(), await NowAsync());
        var (sets, late) = (new List<double>(), 0.0);
        while (watch.Elapsed < length)
        {
            await Task.Delay(TimeSpan.FromSeconds(Math.Clamp((length - watch.Elapsed).TotalSeconds, 0.05, 1)), cancellationToken);
            sets.Add(await ReadAsync("process_resident_memory_bytes", cancellationToken));
            late = Math.Max(late, await node.Database.ScalarAsync<double>("SELECT coalesce(extract(epoch FROM now() - min(next_at)), 0)::double precision FROM poll_targets"));
        }
        var after = node.Cpu.Read();
        sets.Sort();
        return new PollingRound(from, await NowAsync(), sets[sets.Count / 2] / Mebi, await LiveAsync(cancellationToken) / Mebi, late, (after.Application - cpu.Application, after.Database - cpu.Database));
    }

    /// <summary>The round with what was stored of it. Asked after the last round: what began in one may be stored in the next.</summary>
    public async Task<PollingRound> CountAsync(PollingRound round) => round with
    {
        Polls = await node.Database.ScalarAsync<long>("SELECT count(*) FROM poll_samples WHERE at >= $1 AND at < $2", round.From, round.Until),
        Values = await node.Database.ScalarAsync<long>("SELECT coalesce(sum(cardinality(series)), 0)::bigint FROM poll_samples WHERE at >= $1 AND at < $2", round.From, round.Until),
    };

    /// <summary>Slots between two polls of a device in which it was not read.</summary>
    public Task<long> MissedAsync(DateTime from, DateTime until, TimeSpan interval) => node.Database.ScalarAsync<long>(
        """
        SELECT coalesce(sum(greatest(0, round(extract(epoch FROM gap)::double precision / $3) - 1)), 0)::bigint
        FROM (SELECT at - lag(at) OVER (PARTITION BY device_id ORDER BY at) AS gap FROM poll_samples WHERE at >= $1 AND at < $2) polls
        """, from, until, interval.TotalSeconds);

    private Task<DateTime> NowAsync() => node.Database.ScalarAsync<DateTime>("SELECT clock_timestamp()");

    // Polls are under way meanwhile, and what they hold differs from one moment to the next.
    private async Task<double> LiveAsync(CancellationToken cancellationToken)
    {
        var least = double.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            await FullCollection.RunAsync(node.App.ProcessId, cancellationToken);
            least = Math.Min(least, await ReadAsync("dotnet_gc_heap_live_bytes", cancellationToken));
        }
        return least;
    }

    private async Task<double> ReadAsync(string name, CancellationToken cancellationToken)
    {
        var metrics = await node.App.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken);
        var line = metrics.Split('\n').First(l => l.StartsWith(name, StringComparison.Ordinal));
        return double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }
}
