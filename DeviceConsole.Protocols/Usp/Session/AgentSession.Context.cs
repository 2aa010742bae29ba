using DeviceConsole.Protocols.Usp.Wire.Records;

namespace DeviceConsole.Protocols.Usp.Session;

// An agent that speaks within an end-to-end session is spoken to within it.
internal sealed partial class AgentSession
{
    // Made by the first record of such a session: most agents never send one.
    private Segmentation? segmentation;

    private async Task SendPayloadAsync(byte[] payload, CancellationToken cancellationToken)
    {
        if (segmentation is not { } context)
        {
            await SendAsync(new NoSessionContext(payload), cancellationToken).ConfigureAwait(false);
            return;
        }
        // The records of one message follow each other.
        await context.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var record in context.Part(reassembly.SessionId, reassembly.ExpectedId, payload)) await SendAsync(record, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            context.Turn.Release();
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
        var context = segmentation ??= new Segmentation(services.Options.Segment);
        await context.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            context.Drop(part.SessionId, part.ExpectedId);
            if (part.RetransmitId != 0 && context.Find(part.SessionId, part.RetransmitId) is { } again) await SendAsync(again, cancellationToken).ConfigureAwait(false);
            // The agent learns what has come, so that it need not send it again. Mere acknowledgements are not acknowledged.
            if (part.Payload.Count > 0) await SendAsync(context.Acknowledge(reassembly.SessionId, reassembly.ExpectedId), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            context.Turn.Release();
        }
        if (message is not null) await TakeMessageAsync(message, cancellationToken).ConfigureAwait(false);
    }
}
