using System.Collections.Concurrent;
using Npgsql;

namespace DeviceConsole.Core.Gateway;

/// <summary>
/// Requests that share statements: those with the same key that come while others are answered go together, in the order in which they came. One that comes alone does not wait
/// for company. Nobody is answered before what he asked for is committed.
/// </summary>
/// <param name="most">So many go together at most.</param>
/// <param name="time">The clock.</param>
/// <param name="answer">Answers many, each at its place; all of it happens or nothing. Where the database refuses that, they are asked for one by one.</param>
internal sealed class SharedLine<TKey, TRequest, TAnswer>(int most, TimeProvider time, Func<TKey, IReadOnlyList<TRequest>, Task<IReadOnlyList<TAnswer>>> answer)
    where TKey : notnull
{
    private const int Company = 3;
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(2);

    // A group that takes longer than that is held up by something: a row that somebody else has locked, a connection that is gone. Those who come now do not wait for it.
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(200);

    private static readonly ParallelOptions Few = new() { MaxDegreeOfParallelism = 4 };

    private readonly ConcurrentDictionary<TKey, Line> lines = new();

    /// <summary>So many groups are under way at once at most; another one begins only where it is full at once, or where the last one takes long.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Requests for which this gives the same are never under way at once; null where it does not matter.</summary>
    public Func<TRequest, Guid>? Apart { get; init; }

    /// <summary>Asks. Whoever cancels while others are answered is not asked for; later it is done all the same, and the answer comes.</summary>
    public Task<TAnswer> AskAsync(TKey key, TRequest request, CancellationToken cancellationToken)
    {
        var entry = new Entry(request, cancellationToken);
        var line = lines.GetOrAdd(key, static _ => new Line());
        lock (line)
        {
            line.Waiting.Add(entry);
            if (line.Groups > 0 && (line.Groups >= Groups || (line.Waiting.Count < most && time.GetElapsedTime(line.Began) < Long))) return entry.Answer.Task;
            line.Groups++;
            line.Began = time.GetTimestamp();
        }
        _ = RunAsync(key, line);
        return entry.Answer.Task;
    }

    private async Task RunAsync(TKey key, Line line)
    {
        var last = 0;
        while (true)
        {
            if (last >= Company) await Task.Delay(Linger, time, CancellationToken.None);
            List<Entry> group;
            lock (line)
            {
                group = Take(line);
                line.Began = time.GetTimestamp();
                if (group.Count == 0)
                {
                    // What waits still is kept apart from a group that is under way: whoever answers that one comes by here again.
                    line.Groups--;
                    return;
                }
            }
            last = group.Count;
            await AnswerAsync(key, group);
            if (Apart is null) continue;
            lock (line)
                foreach (var entry in group) line.Busy.Remove(Apart(entry.Request));
        }
    }

    private List<Entry> Take(Line line)
    {
        var group = new List<Entry>(Math.Min(most, line.Waiting.Count));
        var kept = 0;
        for (var i = 0; i < line.Waiting.Count; i++)
        {
            var entry = line.Waiting[i];
            if (entry.Cancelled.IsCancellationRequested) entry.Answer.TrySetCanceled(entry.Cancelled);
            else if (group.Count < most && (Apart is null || line.Busy.Add(Apart(entry.Request)))) group.Add(entry);
            else line.Waiting[kept++] = entry;
        }
        line.Waiting.RemoveRange(kept, line.Waiting.Count - kept);
        return group;
    }

    private async Task AnswerAsync(TKey key, IReadOnlyList<Entry> group)
    {
        try
        {
            var answers = await answer(key, [.. group.Select(e => e.Request)]);
            for (var i = 0; i < group.Count; i++) group[i].Answer.TrySetResult(answers[i]);
        }
        catch (PostgresException) when (group.Count > 1)
        {
            // One that the database refuses must not take the others with it.
            await Parallel.ForEachAsync(group, Few, async (entry, _) => await AnswerAsync(key, [entry]));
        }
        catch (Exception e)
        {
            // Whatever it is: whoever waits hears of it, and the line goes on.
            foreach (var entry in group) entry.Answer.TrySetException(e);
        }
    }

    private sealed class Line
    {
        public List<Entry> Waiting { get; } = [];

        public HashSet<Guid> Busy { get; } = [];

        public int Groups { get; set; }

        /// <summary>When the last group began.</summary>
        public long Began { get; set; }
    }

    private sealed record Entry(TRequest Request, CancellationToken Cancelled)
    {
        public TaskCompletionSource<TAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
