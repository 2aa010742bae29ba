using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using DeviceConsole.Core.Listeners;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Tenancy;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace DeviceConsole.Web.Hosting.DevicePorts;

/// <summary>
/// Keeps the open ports equal to the table: before the server starts, after each change, and every half minute, for a port that another program has given up meanwhile.
/// </summary>
public sealed partial class PortOpener(
    PortDirectory directory, PortEndpoints endpoints, ListenerPorts listeners, ChangeFeed changes, IServiceProvider services, TimeProvider time, ILogger<PortOpener> logger) : IHostedService, IDisposable
{
    /// <summary>The topic of <see cref="ChangeFeed"/>, in the platform's tenant.</summary>
    public const string Topic = "listeners";

    // The server opens a port a moment after it was told to; until then a probe would find it taken, by ourselves.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30), Grace = TimeSpan.FromSeconds(15);
    private readonly CancellationTokenSource stop = new();
    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly ConcurrentDictionary<int, string> obstacles = new();
    private Dictionary<int, long> published = [];
    private IDisposable? subscription;
    private Task running = Task.CompletedTask;

    /// <summary>Null where this node listens on the port, else why not.</summary>
    public string? ObstacleOf(int port) => obstacles.GetValueOrDefault(port) ?? (IsOpen(port) ? null : "It is being opened.");

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Not there before the schema is, as for the commands that prepare it.
        await TryRefreshAsync(cancellationToken);
        subscription = changes.Subscribe(Tenant.Platform, Topic, _ => Wake());
        running = RunAsync(stop.Token);
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        subscription?.Dispose();
        await stop.CancelAsync();
        await running;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        stop.Dispose();
        wake.Dispose();
    }

    private void Wake()
    {
        // Nobody waits twice: one more round reads everything.
        if (wake.CurrentCount == 0 && !stop.IsCancellationRequested) wake.Release();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await wake.WaitAsync(Interval, cancellationToken);
                await TryRefreshAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The application stops.
        }
    }

    private async Task TryRefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await directory.RefreshAsync(cancellationToken);
            Publish();
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            LogFailed(e.Message);
        }
    }

    private void Publish()
    {
        var wanted = directory.Current.Keys.Where(p => !listeners.IsBuiltIn(p)).ToHashSet();
        foreach (var (port, _) in obstacles)
            if (!wanted.Contains(port)) obstacles.TryRemove(port, out _);
        var next = wanted.Where(p => IsComing(p) || MayOpen(p)).ToDictionary(p => p, p => published.GetValueOrDefault(p, time.GetTimestamp()));
        if (next.Count == published.Count && next.Keys.All(published.ContainsKey)) return;
        foreach (var port in next.Keys.Except(published.Keys)) LogOpening(port);
        foreach (var port in published.Keys.Except(next.Keys)) LogClosing(port);
        published = next;
        endpoints.Open(next.Keys);
    }

    // One that the server could not open after all is taken out again by the probe's answer, and tried anew later.
    private bool IsComing(int port) => published.TryGetValue(port, out var since) && (IsOpen(port) || time.GetElapsedTime(since) < Grace);

    // Kestrel only logs a port that it cannot open, and before its start it would give up altogether.
    private bool MayOpen(int port)
    {
        foreach (var host in endpoints.Hosts)
        {
            try
            {
                var any = host is "*" or "+" or "0.0.0.0" or "[::]";
                var address = any ? IPAddress.Any : host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(host.Trim('[', ']'), out var given) ? given : IPAddress.Any;
                using var probe = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                probe.Bind(new IPEndPoint(address, port));
                probe.Listen();
            }
            catch (SocketException e)
            {
                obstacles[port] = e.SocketErrorCode switch
                {
                    SocketError.AddressAlreadyInUse => "Another program on this machine has the port. Stop it, or choose another port.",
                    SocketError.AccessDenied => "The operating system does not let this application open ports below 1024. Choose another port, and have the balancer or the firewall lead the low one there.",
                    _ => $"The operating system refuses the port: {e.SocketErrorCode}.",
                };
                return false;
            }
        }
        obstacles.TryRemove(port, out _);
        return true;
    }

    private bool IsOpen(int port) => listeners.IsBuiltIn(port)
        || services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.Any(a => BindingAddress.Parse(a).Port == port) == true;

    [LoggerMessage(3310, LogLevel.Information, "Port {Port} is opened for devices.")]
    private partial void LogOpening(int port);

    [LoggerMessage(3311, LogLevel.Information, "Port {Port} is closed.")]
    private partial void LogClosing(int port);

    [LoggerMessage(3312, LogLevel.Warning, "The ports of devices could not be read, those that are open stay as they are: {Reason}")]
    private partial void LogFailed(string reason);
}
