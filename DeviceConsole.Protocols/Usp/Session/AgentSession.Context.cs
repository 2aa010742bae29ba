using System.Threading.Channels;
using DeviceConsole.Protocols.Usp.Wire.Records;

namespace DeviceConsole.Protocols.Usp.Session;

// An agent that speaks within an end-to-end session is spoken to within it.
internal sealed partial class AgentSession
{
    // Room for one: who has written holds the turn.
    private readonly Channel<bool> contextTurn = Channel.CreateBounded<bool>(1);
    private readonly Segmentation segmentation;

    private async Task SendPayloadAsync(byte[] payload, CancellationToken cancellationToken)
    {
        if (!reassembly.IsOpen)
        {
            await SendAsync(new NoSessionContext(payload), cancellationToken).ConfigureAwait(false);
            return;
        }
        // The records of one message follow each other.
        await contextTurn.Writer.WriteAsync(true, cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var record in segmentation.Part(reassembly.SessionId, reassembly.ExpectedId, payload)) await SendAsync(record, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            contextTurn.Reader.TryRead(out _);
        }
    }

    private async Task TakePartAsync(SessionContext part, CancellationToken cancellationToken)
    {
        var wrong = reassembly.Take(part, out var message);
        if (wrong is not null)
        {
            await SendAsync(new Disconnect(wrong, 7105), cancellationToken).ConfigureAwait(false);
            return;
        }
        await contextTurn.Writer.WriteAsync(true, cancellationToken).ConfigureAwait(false);
        try
        {
            segmentation.Drop(part.SessionId, part.ExpectedId);
            if (part.RetransmitId != 0 && segmentation.Find(part.SessionId, part.RetransmitId) is { } again) await SendAsync(again, cancellationToken).ConfigureAwait(false);
            // The agent learns what has come, so that it need not send it again. Mere acknowledgements are not acknowledged.
            if (part.Payload.Count > 0) await SendAsync(segmentation.Acknowledge(reassembly.SessionId, reassembly.ExpectedId), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            contextTurn.Reader.TryRead(out _);
        }
        if (message is not null) await TakeMessageAsync(message, cancellationToken).ConfigureAwait(false);
    }
}
