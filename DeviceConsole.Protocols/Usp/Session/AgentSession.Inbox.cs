using System.Threading.Channels;
using DeviceConsole.Protocols.Usp.Wire.Messages;

namespace DeviceConsole.Protocols.Usp.Session;

// What the agent tells waits here for the database, in its order, so that the connection is read meanwhile. It is acknowledged when it is
// stored and not before; where the room is full the connection is read no further, and the agent waits.
internal sealed partial class AgentSession
{
    private const int InboxRoom = 128;
    private readonly Channel<(Func<Task> Take, bool TellsValues)> inbox = Channel.CreateBounded<(Func<Task>, bool)>(new BoundedChannelOptions(InboxRoom) { SingleReader = true });
    private int valuesWaiting;

    private async Task TakeLaterAsync(Func<Task> take, bool tellsValues, CancellationToken cancellationToken)
    {
        if (tellsValues) Interlocked.Increment(ref valuesWaiting);
        try
        {
            await inbox.Writer.WriteAsync((take, tellsValues), cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            // The session is over: the agent tells it again in the next one.
            return;
        }
    }

    // Runs to the end of what came, also when the connection is gone: what needs no acknowledgement is not told again.
    private async Task TakeInboxAsync()
    {
        await foreach (var (take, tellsValues) in inbox.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            try
            {
                await take().ConfigureAwait(false);
            }
            catch (IOException)
            {
                // The connection went away before the acknowledgement: it is told again, and known then.
                continue;
            }
            finally
            {
                if (tellsValues) Interlocked.Decrement(ref valuesWaiting);
            }
        }
    }

    // A value that was told before an answer must not be stored after it: such an answer waits behind what was told.
    private Task AnswerInOrderAsync(UspMessage message, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref valuesWaiting) == 0)
        {
            Answer(message, payload);
            return Task.CompletedTask;
        }
        return TakeLaterAsync(() =>
        {
            Answer(message, payload);
            return Task.CompletedTask;
        }, tellsValues: false, cancellationToken);
    }
}
