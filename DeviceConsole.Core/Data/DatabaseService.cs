using Microsoft.Extensions.Hosting;

namespace DeviceConsole.Core.Data;

/// <summary>
/// A background service that talks to PostgreSQL until it is stopped. Npgsql's own cancellation callback throws
/// <see cref="ObjectDisposedException"/> when the connection broke in the same moment: the stop has happened by then,
/// for every callback is called and the service has ended before the exception comes out, so it must not end the shutdown of the rest.
/// </summary>
public abstract class DatabaseService : BackgroundService
{
    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await base.StopAsync(cancellationToken);
        }
        catch (AggregateException e) when (e.Flatten().InnerExceptions.All(i => i is ObjectDisposedException))
        {
            // base.StopAsync waits for the service's end before this comes out: there is nothing left to stop.
        }
    }
}
