using DeviceConsole.Core.Data;
using DeviceConsole.Core.Live;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace DeviceConsole.Core.Mibs;

/// <summary>
/// Compiles uploads of MIBs on this node, one at a time: compiling is work for the processor, and the node has other work too. An upload that is lost with its node is taken
/// up by another where it stood.
/// </summary>
internal sealed partial class UploadRunner(DataSources dataSources, IMibCompiler compiler, MibCache cache, IOptions<MibOptions> options, JobListener listener, ILogger<UploadRunner> logger) : DatabaseService
{
    /// <summary>Nodes that may be lost with one upload before it is given up: it may be what they are lost by.</summary>
    private const int MostAttempts = 5;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    private readonly UploadStore store = new(dataSources);
    private readonly SemaphoreSlim wake = new(0, 1);

    /// <summary>How often it has asked for an upload.</summary>
    public int Claims { get; private set; }

    /// <inheritdoc />
    public override void Dispose()
    {
        wake.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        listener.ChangeNoticed += Noticed;
        try
        {
            while (true)
            {
                if (await TryClaimAsync(stoppingToken) is { } upload) await RunAsync(upload, stoppingToken);
                else await wake.WaitAsync(Look, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The upload under way was left in RunAsync.
        }
        finally
        {
            listener.ChangeNoticed -= Noticed;
        }
    }

    private void Noticed(string payload)
    {
        if (!payload.StartsWith(MibUploadDesk.Topic + ":", StringComparison.Ordinal) || wake.CurrentCount > 0) return;
        try
        {
            wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else woke it in the same moment.
        }
    }

    private async Task<ClaimedUpload?> TryClaimAsync(CancellationToken cancellationToken)
    {
        Claims++;
        try
        {
            return await store.ClaimAsync(cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            LogClaimFailed(e.Message);
            return null;
        }
    }

    private async Task RunAsync(ClaimedUpload upload, CancellationToken stoppingToken)
    {
        var clock = TimeProvider.System.GetTimestamp();
        try
        {
            var (state, reason) = upload.Attempts > MostAttempts
                ? (MibUploadState.Failed, $"It was interrupted {MostAttempts} times and is not tried again. What was compiled by then is in the library; upload the rest in parts.")
                : await new UploadRun(dataSources, compiler, store, options.Value, upload).RunAsync(stoppingToken);
            await store.EndAsync(upload, state, reason, stoppingToken);
            cache.Forget(upload.Tenant);
            LogEnded(upload.Id, state, (long)TimeProvider.System.GetElapsedTime(clock).TotalMilliseconds);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await LeaveAsync(upload);
        }
        catch (UploadLostException)
        {
            LogLost(upload.Id);
        }
        catch (Exception e) when (e is NpgsqlException { IsTransient: true } or NpgsqlException { InnerException: IOException or TimeoutException } or TimeoutException or IOException)
        {
            // Its claim runs out; then it goes on where it stood, here or on another node.
            LogInterrupted(upload.Id, e.Message);
        }
        catch (Exception e)
        {
            LogDefect(e, upload.Id);
            await GiveUpAsync(upload);
        }
    }

    // Where not even that can be written, its claim runs out, and the next node tries; five of them at most.
    private async Task GiveUpAsync(ClaimedUpload upload)
    {
        try
        {
            await store.EndAsync(upload, MibUploadState.Failed, "It ended by a defect of the product; its log says more. What was compiled by then is in the library.", CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            LogInterrupted(upload.Id, e.Message);
        }
    }

    private async Task LeaveAsync(ClaimedUpload upload)
    {
        try
        {
            await store.LeaveAsync(upload, CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            LogInterrupted(upload.Id, e.Message);
        }
    }

    [LoggerMessage(3420, LogLevel.Warning, "Uploads of MIBs cannot be claimed now ({Reason}).")]
    private partial void LogClaimFailed(string reason);

    [LoggerMessage(3421, LogLevel.Warning, "The MIB upload {Upload} was interrupted ({Reason}); it goes on later where it stood.")]
    private partial void LogInterrupted(Guid upload, string reason);

    [LoggerMessage(3422, LogLevel.Error, "The MIB upload {Upload} ended with an exception that nobody expected.")]
    private partial void LogDefect(Exception exception, Guid upload);

    [LoggerMessage(3423, LogLevel.Warning, "The MIB upload {Upload} is not this node's any more.")]
    private partial void LogLost(Guid upload);

    [LoggerMessage(3424, LogLevel.Information, "The MIB upload {Upload} ended as {State} after {Milliseconds} ms.")]
    private partial void LogEnded(Guid upload, MibUploadState state, long milliseconds);
}
