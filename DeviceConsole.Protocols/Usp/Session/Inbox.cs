namespace DeviceConsole.Protocols.Usp.Session;

/// <summary>
/// What waits for the database, one after the other in the order in which it came. Where the room is full, whoever adds waits. An inbox in which
/// nothing waits holds nothing.
/// </summary>
/// <param name="failed">Told of what a step threw; nothing is taken from then on.</param>
internal sealed class Inbox(Action<Exception> failed)
{
    /// <summary>How many may wait.</summary>
    public const int Room = 128;

    private readonly Lock gate = new();
    private Queue<Func<Task>>? waiting;
    private Task draining = Task.CompletedTask;
    private bool closed;

    /// <summary>Adds a step; the task ends when there was room for it. Dropped where the inbox is closed.</summary>
    public async Task AddAsync(Func<Task> step, CancellationToken cancellationToken)
    {
        while (!TryAdd(step, out var busy)) await busy.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes nothing more, and ends when everything is done that came before.</summary>
    public Task CloseAsync()
    {
        lock (gate)
        {
            closed = true;
            return draining;
        }
    }

    private bool TryAdd(Func<Task> step, out Task busy)
    {
        lock (gate)
        {
            busy = draining;
            if (closed) return true;
            if (waiting is { Count: >= Room }) return false;
            if (waiting is not null)
            {
                waiting.Enqueue(step);
                return true;
            }
            waiting = new Queue<Func<Task>>(1);
            waiting.Enqueue(step);
            draining = Task.Run(DrainAsync);
            return true;
        }
    }

    private async Task DrainAsync()
    {
        while (Next() is { } step)
        {
            try
            {
                await step().ConfigureAwait(false);
            }
            catch (IOException)
            {
                // The connection went away before the acknowledgement: it is told again, and known then.
                continue;
            }
            catch (Exception e)
            {
                lock (gate) (closed, waiting) = (true, null);
                failed(e);
                return;
            }
        }
    }

    private Func<Task>? Next()
    {
        lock (gate)
        {
            if (waiting is not null && waiting.TryDequeue(out var step)) return step;
            waiting = null;
            return null;
        }
    }
}
