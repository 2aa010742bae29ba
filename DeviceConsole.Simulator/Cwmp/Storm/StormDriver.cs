using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace DeviceConsole.Simulator.Cwmp.Storm;

/// <summary>
/// Drives a storm. A virtual CPE is a few bytes (<see cref="StormFleet"/>): 100,000 of them are some megabytes. Sockets are bounded, and live for one session; the
/// arrivals are not held back by slow answers, and a session's time counts from the moment at which it was meant to begin.
/// </summary>
public sealed class StormDriver : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(1);

    private readonly StormOptions options;
    private readonly StormInform inform;
    private readonly StormFleet fleet;
    private readonly SemaphoreSlim sockets;
    private readonly ConcurrentBag<StormSocket> idle = [];
    private readonly StormHistogram sessions = new(), calls = new(), served = new(), refusals = new(), connections = new();
    private readonly long before;
    private readonly long start;
    private IPEndPoint acs = new(IPAddress.Loopback, 0);
    private int done;
    private int givenUp;
    private int refused;
    private int errors;
    private int longest;
    private long lastEnd;
    private string? firstError;

    private StormDriver(StormOptions options)
    {
        before = GC.GetTotalMemory(forceFullCollection: true);
        this.options = options;
        inform = new StormInform(options);
        fleet = new StormFleet(options.Devices, options.Over);
        sockets = new SemaphoreSlim(options.Sockets, options.Sockets);
        start = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 10);
        lastEnd = start;
    }

    /// <summary>Runs a storm to its end: every CPE has had its session, or was given up.</summary>
    public static async Task<StormReport> RunAsync(StormOptions options, CancellationToken cancellationToken)
    {
        using var driver = new StormDriver(options);
        return await driver.RunAsync(cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        sockets.Dispose();
        foreach (var socket in idle) socket.Dispose();
    }

    private async Task<StormReport> RunAsync(CancellationToken cancellationToken)
    {
        var host = IPAddress.TryParse(options.Acs.DnsSafeHost, out var address) ? address : (await Dns.GetHostAddressesAsync(options.Acs.DnsSafeHost, AddressFamily.InterNetwork, cancellationToken))[0];
        acs = new IPEndPoint(host, options.Acs.Port);
        using var beat = new PeriodicTimer(Beat);
        while (fleet.Over < options.Devices)
        {
            while (fleet.TryNext(MomentOf(Stopwatch.GetTimestamp()), out var device))
            {
                await sockets.WaitAsync(cancellationToken);
                _ = SessionAsync(device, cancellationToken);
            }
            await beat.WaitForNextTickAsync(cancellationToken);
        }
        // Whoever has a socket still is about to give it back.
        for (var i = 0; i < options.Sockets; i++) await sockets.WaitAsync(cancellationToken);
        return Report();
    }

    private StormReport Report()
    {
        var end = Interlocked.Read(ref lastEnd);
        var arrivals = start + (long)(options.Over.TotalSeconds * Stopwatch.Frequency);
        return new StormReport
        {
            Devices = options.Devices, Done = done, GivenUp = givenUp, Refused = refused, Errors = errors, FirstError = firstError,
            Sessions = sessions.Times(), Calls = calls.Times(), Served = served.Times(), Refusals = refusals.Times(), Connections = connections.Times(),
            Recovery = Stopwatch.GetElapsedTime(Math.Min(arrivals, end), end).TotalSeconds, Duration = Stopwatch.GetElapsedTime(start, end).TotalSeconds,
            Memory = Math.Max(0, GC.GetTotalMemory(forceFullCollection: true) - before), LongestRetryAfter = longest,
        };
    }

    private async Task SessionAsync(int device, CancellationToken cancellationToken)
    {
        // The loop of the arrivals goes on at once.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (!idle.TryTake(out var socket)) socket = new StormSocket();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.Patience);
        try
        {
            await TalkAsync(device, socket, patience.Token);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or FormatException)
        {
            Failed(device, e is OperationCanceledException ? "no answer in time" : e.Message);
        }
        finally
        {
            socket.Close();
            idle.Add(socket);
            sockets.Release();
        }
    }

    private async Task TalkAsync(int device, StormSocket socket, CancellationToken cancellationToken)
    {
        await socket.ConnectAsync(acs, options.AddressOf(device), cancellationToken);
        var first = Stopwatch.GetTimestamp();
        connections.Add(TimeOf(fleet.DueOf(device)), first);
        var answer = await socket.CallAsync(inform.First(socket.Buffer, device, fleet.TriesOf(device)), cancellationToken);
        if (answer is { Status: 200, Cookie: { } cookie })
        {
            answer = await socket.CallAsync(inform.Empty(socket.Buffer, cookie), cancellationToken);
            while (answer is { Status: 200, Id: { } id }) answer = await socket.CallAsync(inform.Refusal(socket.Buffer, cookie, id), cancellationToken);
        }
        var now = Stopwatch.GetTimestamp();
        if (answer.Status == 204)
        {
            sessions.Add(first, now);
            Ended(device, now);
        }
        else if (answer is { Status: 503 or 429, RetryAfter: { } seconds })
        {
            refusals.Add(first, now);
            Interlocked.Increment(ref refused);
            if (seconds > longest) longest = seconds;
            Again(device, TimeSpan.FromSeconds(seconds));
        }
        else
        {
            Failed(device, FormattableString.Invariant($"status {answer.Status}{(answer.Status is 503 or 429 ? " without Retry-After" : "")}"));
        }
    }

    private void Ended(int device, long now)
    {
        calls.Add(TimeOf(fleet.DueOf(device)), now);
        served.Add(TimeOf(fleet.FirstOf(device)), now);
        Interlocked.Increment(ref done);
        Last(now);
        fleet.End();
    }

    private void Failed(int device, string error)
    {
        Interlocked.Increment(ref errors);
        firstError ??= error;
        Again(device, options.Pause);
    }

    private void Again(int device, TimeSpan pause)
    {
        if (fleet.TriesOf(device) < options.Retries)
        {
            fleet.Again(device, MomentOf(Stopwatch.GetTimestamp()) + (int)(pause.TotalMilliseconds * 10));
            return;
        }
        Interlocked.Increment(ref givenUp);
        fleet.End();
    }

    private void Last(long now)
    {
        for (var seen = Interlocked.Read(ref lastEnd); now > seen;)
        {
            var other = Interlocked.CompareExchange(ref lastEnd, now, seen);
            if (other == seen) return;
            seen = other;
        }
    }

    private int MomentOf(long timestamp) => (int)((timestamp - start) * 10_000.0 / Stopwatch.Frequency);

    private long TimeOf(int moment) => start + (long)(moment * (Stopwatch.Frequency / 10_000.0));
}
