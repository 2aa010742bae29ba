using DeviceConsole.Protocols.Usp.Wire.Messages;

namespace DeviceConsole.Protocols.Usp.Session;

// What the agent tells waits for the database beside the connection, which is read meanwhile. It is acknowledged when it is stored and not
// before; where the room is full the connection is read no further, and the agent waits.
internal sealed partial class AgentSession
{
    private readonly Inbox inbox;
    private int valuesWaiting;

    private Task TakeLaterAsync(Func<Task> take, bool tellsValues, CancellationToken cancellationToken)
    {
        if (!tellsValues) return inbox.AddAsync(take, cancellationToken);
        Interlocked.Increment(ref valuesWaiting);
        return inbox.AddAsync(async () =>
        {
            try
            {
                await take().ConfigureAwait(false);
            }
            finally
            {
                Interlocked.Decrement(ref valuesWaiting);
            }
        }, cancellationToken);
    }

    // A value that was told before an answer must not be stored after it: such an answer waits behind what was told.
    private Task AnswerInOrderAsync(UspMessage message, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref valuesWaiting) == 0)
        {
            Answer(message, payload);
            return Task.CompletedTask;
        }
        return inbox.AddAsync(() =>
        {
            Answer(message, payload);
            return Task.CompletedTask;
        }, cancellationToken);
    }
}
