using System.Diagnostics;
using System.Net.Sockets;

namespace DeviceConsole.Simulator.Cwmp.Storm;

/// <summary>
/// Drives a storm. A virtual CPE is a number and the moment of its next call: 100,000 of them are some megabytes. Sockets are bounded; the
/// arrivals are not held back by slow answers, and a session's time counts from the moment at which it was meant to begin.
/// </summary>
public sealed class StormDriver : IDisposable
{
    private readonly record struct Arrival(int Device, long Due, int Tries);

    private readonly StormOptions options;
    private readonly StormInform inform;
    private readonly SemaphoreSlim sockets;
    private readonly Lock gate = new();
    private readonly PriorityQueue<Arrival, long> agenda = new();
    private readonly SemaphoreSlim changed = new(0);
    private readonly List<double> latencies = [];
    private readonly List<double> totals = [];
    private readonly long[] firstDue;
    private int done;
    private int givenUp;
    private int refused;
    private int errors;
    private long lastEnd;
    private string? firstError;

    private StormDriver(StormOptions options)
    {
        this.options = options;
        inform = new StormInform(options);
        sockets = new SemaphoreSlim(options.Sockets, options.Sockets);
        firstDue = new long[options.Devices];
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
        changed.Dispose();
    }

    private async Task<StormReport> RunAsync(CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 10);
        var step = options.Over.TotalSeconds * Stopwatch.Frequency / Math.Max(1, options.Devices);
        lastEnd = start;
        for (var i = 0; i < options.Devices; i++)
        {
            firstDue[i] = start + (long)(i * step);
            agenda.Enqueue(new Arrival(i, firstDue[i], 0), firstDue[i]);
        }
        while (Over() < options.Devices)
        {
            if (await NextAsync(cancellationToken) is { } arrival) await BeginAsync(arrival, cancellationToken);
        }
        // Whoever has a socket still is about to give it back.
        for (var i = 0; i < options.Sockets; i++) await sockets.WaitAsync(cancellationToken);
        var arrivalsEnd = start + (long)(options.Over.TotalSeconds * Stopwatch.Frequency);
        latencies.Sort();
        totals.Sort();
        return new StormReport
        {
            Done = done, GivenUp = givenUp, Refused = refused, Errors = errors, FirstError = firstError, Latencies = latencies, Totals = totals,
            Recovery = Stopwatch.GetElapsedTime(Math.Min(arrivalsEnd, lastEnd), lastEnd), Duration = Stopwatch.GetElapsedTime(start, lastEnd),
        };
    }

    private int Over()
    {
        lock (gate) return done + givenUp;
    }

    // The next CPE whose moment has come; null where something else happened before.
    private async Task<Arrival?> NextAsync(CancellationToken cancellationToken)
    {
        TimeSpan pause;
        lock (gate)
        {
            if (!agenda.TryPeek(out var next, out var due)) pause = TimeSpan.FromSeconds(1);
            else if (due <= Stopwatch.GetTimestamp()) return agenda.Dequeue();
            else pause = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
        }
        await changed.WaitAsync(pause < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : pause, cancellationToken);
        return null;
    }

    private async Task BeginAsync(Arrival arrival, CancellationToken cancellationToken)
    {
        await sockets.WaitAsync(cancellationToken);
        _ = Task.Run(() => SessionAsync(arrival, cancellationToken), cancellationToken);
    }

    private async Task SessionAsync(Arrival arrival, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.Patience);
        try
        {
            var (status, retryAfter) = await TalkAsync(arrival.Device, patience.Token);
            if (status == 204) Ended(arrival);
            else if (status is 503 or 429 && retryAfter is { } seconds) Again(arrival, TimeSpan.FromSeconds(seconds), null);
            else Again(arrival, options.Pause, FormattableString.Invariant($"status {status}{(status is 503 or 429 ? " without Retry-After" : "")}"));
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or FormatException)
        {
            Again(arrival, options.Pause, e is OperationCanceledException ? "no answer in time" : e.Message);
        }
        finally
        {
            changed.Release();
            sockets.Release();
        }
    }

    private async Task<(int Status, int? RetryAfter)> TalkAsync(int device, CancellationToken cancellationToken)
    {
        using var socket = new StormSocket();
        await socket.ConnectAsync(options.Acs, options.AddressOf(device), cancellationToken);
        var answer = await socket.CallAsync(inform.First(device), cancellationToken);
        if (answer.Status != 200 || answer.Cookie is not { } cookie) return (answer.Status, answer.RetryAfter);
        answer = await socket.CallAsync(inform.Empty(cookie), cancellationToken);
        while (answer is { Status: 200, Id: { } id }) answer = await socket.CallAsync(inform.Refusal(cookie, id), cancellationToken);
        return (answer.Status, answer.RetryAfter);
    }

    private void Ended(Arrival arrival)
    {
        var now = Stopwatch.GetTimestamp();
        lock (gate)
        {
            done++;
            lastEnd = Math.Max(lastEnd, now);
            latencies.Add(Stopwatch.GetElapsedTime(arrival.Due, now).TotalMilliseconds);
            totals.Add(Stopwatch.GetElapsedTime(firstDue[arrival.Device], now).TotalMilliseconds);
        }
    }

    private void Again(Arrival arrival, TimeSpan pause, string? error)
    {
        lock (gate)
        {
            if (error is null) refused++;
            else errors++;
            firstError ??= error;
            if (arrival.Tries >= options.Retries)
            {
                givenUp++;
                return;
            }
            var due = Stopwatch.GetTimestamp() + (long)(pause.TotalSeconds * Stopwatch.Frequency);
            agenda.Enqueue(new Arrival(arrival.Device, due, arrival.Tries + 1), due);
        }
    }
}
