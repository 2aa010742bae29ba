namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>The agent tells something.</summary>
/// <param name="Notification">What.</param>
public sealed record NotifyRequest(Notification Notification) : UspBody
{
    internal const int Number = 8;

    /// <summary>The subscription that asked for it; empty for an <see cref="OnBoardRequest"/>.</summary>
    public string SubscriptionId { get; init; } = "";

    /// <summary>True where a <see cref="NotifyResponse"/> is wanted; without it the agent tells it again.</summary>
    public bool SendResponse { get; init; }

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.Notify;

    internal override int Field => Number;

    internal static NotifyRequest Read(ProtoReader reader)
    {
        var subscription = "";
        var respond = false;
        Notification? notification = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: subscription = reader.Text(); break;
                case 2: respond = reader.Flag(); break;
                case >= 3 and <= 8: notification = Notification.Read(field, reader.Message()); break;
                default: reader.Skip(); break;
            }
        }
        if (notification is null) throw new UspDecodeException("The notification tells nothing that is known.");
        return new NotifyRequest(notification) { SubscriptionId = subscription, SendResponse = respond };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Text(1, SubscriptionId);
        writer.Flag(2, SendResponse);
        writer.Message(Notification.Field, Notification);
    }
}
