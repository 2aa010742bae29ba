using System.Globalization;
using DeviceConsole.Core.Data;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DeviceConsole.Core.Live;

/// <summary>
/// The node's one LISTEN connection. Hands every notification on, and when the connection is lost says from which
/// snapshot on something may have been missed.
/// </summary>
internal sealed partial class JobListener(DataSources dataSources, ILogger<JobListener> logger) : DatabaseService
{
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);
    private ulong previousXmin, currentXmin;
    private int state = (int)LiveFeedState.Connecting;

    /// <summary>A notification came. Handlers return at once.</summary>
    public event Action<JobNotice>? Noticed;

    /// <summary>A notification of <c>sys.notify_change</c> came: its payload. Handlers return at once.</summary>
    public event Action<string>? ChangeNoticed;

    /// <summary>Changes may have been missed. Raised once when the connection is lost, every few seconds while it is, and once when it is back.</summary>
    public event Action? Missed;

    /// <summary>How things stand.</summary>
    public LiveFeedState State => (LiveFeedState)Volatile.Read(ref state);

    /// <summary>
    /// A transaction id (<c>xid8</c>) below which every transaction's notification has been handed on; null before the first connection.
    /// It is that of the last ping but one: a commit can be visible to a ping a moment before its notification is sent.
    /// </summary>
    public ulong? SafeXmin => Volatile.Read(ref previousXmin) is > 0 and var xmin ? xmin : null;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.FromMilliseconds(100);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(() => pause = TimeSpan.FromMilliseconds(100), stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or InvalidOperationException)
            {
                LogLost(e.Message);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            Enter(LiveFeedState.CatchingUp);
            Missed?.Invoke();
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }

    private async Task ListenAsync(Action connected, CancellationToken cancellationToken)
    {
        await using var connection = await dataSources.Direct.OpenConnectionAsync(cancellationToken);
        connection.Notification += (_, e) =>
        {
            if (e.Channel == "dc_changes") ChangeNoticed?.Invoke(e.Payload);
            else if (JobNotice.Parse(e.Payload) is { } notice) Noticed?.Invoke(notice);
            else LogStrange();
        };
        await using (var listen = new NpgsqlCommand("LISTEN dc_jobs; LISTEN dc_changes", connection)) await listen.ExecuteNonQueryAsync(cancellationToken);
        await PingAsync(connection, cancellationToken);
        connected();
        Enter(LiveFeedState.Live);
        // What was committed between the loss and LISTEN.
        Missed?.Invoke();
        while (true)
        {
            // A timer of our own: a steady stream of notifications must not keep the ping from happening.
            var until = DateTime.UtcNow + PingInterval;
            while (until - DateTime.UtcNow is { Ticks: > 0 } left)
                if (!await connection.WaitAsync(left, cancellationToken)) break;
            await PingAsync(connection, cancellationToken);
        }
    }

    private async Task PingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var ping = new NpgsqlCommand("SELECT pg_snapshot_xmin(pg_current_snapshot())::text", connection) { CommandTimeout = 5 };
        var xmin = ulong.Parse((string)(await ping.ExecuteScalarAsync(cancellationToken))!, CultureInfo.InvariantCulture);
        Volatile.Write(ref previousXmin, currentXmin > 0 ? currentXmin : xmin);
        currentXmin = xmin;
    }

    private void Enter(LiveFeedState next)
    {
        if (Interlocked.Exchange(ref state, (int)next) == (int)next) return;
        if (next == LiveFeedState.Live) LogListening();
    }

    [LoggerMessage(2001, LogLevel.Information, "Listening for job changes.")]
    private partial void LogListening();

    [LoggerMessage(2002, LogLevel.Warning, "The connection for job changes is lost ({Reason}); polling until it is back.")]
    private partial void LogLost(string reason);

    [LoggerMessage(2003, LogLevel.Warning, "A notification on dc_jobs is not in this version's format; ignored.")]
    private partial void LogStrange();
}
