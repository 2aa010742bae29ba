namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>The acknowledgement of a <see cref="NotifyRequest"/>.</summary>
public sealed record NotifyResponse : UspBody
{
    /// <summary>As in the notification; empty for an <see cref="OnBoardRequest"/>.</summary>
    public string SubscriptionId { get; init; } = "";

    internal const int Number = 8;

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.NotifyResp;

    internal override int Field => Number;

    internal static NotifyResponse Read(ProtoReader reader)
    {
        var subscriptionId = "";
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: subscriptionId = reader.Text(); break;
                default: reader.Skip(); break;
            }
        }
        return new NotifyResponse { SubscriptionId = subscriptionId };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Text(1, SubscriptionId);
    }
}
