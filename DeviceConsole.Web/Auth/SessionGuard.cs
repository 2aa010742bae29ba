using DeviceConsole.Core.Data;
using System.Collections.Concurrent;
using System.Security.Claims;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Web.Auth;

/// <summary>
/// Ends long-lived connections (hubs, event streams) whose session no longer holds. They register with the principal that
/// they began with; all are asked about every 20 s, and at once when a tenant was suspended or deleted.
/// </summary>
public sealed partial class SessionGuard(SessionCheck check, TenantWatch tenants, TimeProvider time, ILogger<SessionGuard> log) : DatabaseService
{
    private readonly ConcurrentDictionary<Registration, byte> connections = new();

    /// <summary>How many connections are watched.</summary>
    public int Count => connections.Count;

    /// <summary>Watches a connection until the answer is disposed.</summary>
    /// <param name="principal">Who it began with.</param>
    /// <param name="abort">Ends it; called at most once, must not block.</param>
    public IDisposable Register(ClaimsPrincipal principal, Action abort)
    {
        var registration = new Registration(this, principal, abort);
        connections[registration] = 0;
        return registration;
    }

    /// <summary>Asks about every connection once.</summary>
    public async Task CheckAllAsync(CancellationToken cancellationToken)
    {
        foreach (var registration in connections.Keys)
        {
            if (await check.CheckAsync(registration.Principal, cancellationToken) == SessionVerdict.Valid || !connections.TryRemove(registration, out _)) continue;
            LogEnded(ConsoleClaims.CallerFrom(registration.Principal)?.ActorName ?? "nobody");
            registration.Abort();
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SessionCheck.Interval, time);
        void Hurry(Guid tenant) => _ = TryCheckAllAsync(stoppingToken);
        tenants.Changed += Hurry;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await TryCheckAllAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped();
        }
        finally
        {
            tenants.Changed -= Hurry;
        }
    }

    private async Task TryCheckAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CheckAllAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogStopped();
        }
        catch (Npgsql.NpgsqlException e)
        {
            LogUnreachable(e);
        }
    }

    [LoggerMessage(2301, LogLevel.Information, "The connection of {Actor} was ended: its session no longer holds.")]
    private partial void LogEnded(string actor);

    [LoggerMessage(2302, LogLevel.Warning, "Sessions could not be checked; they are asked about again in 20 s.")]
    private partial void LogUnreachable(Exception exception);

    [LoggerMessage(2303, LogLevel.Debug, "Sessions are no longer checked.")]
    private partial void LogStopped();

    private sealed class Registration(SessionGuard guard, ClaimsPrincipal principal, Action abort) : IDisposable
    {
        public ClaimsPrincipal Principal => principal;

        public void Abort() => abort();

        public void Dispose() => guard.connections.TryRemove(this, out _);
    }
}
