namespace DeviceConsole.Protocols.WebPa.Wire;

/// <summary>An event, or the acknowledgement of one.</summary>
public sealed record WrpEvent : WrpRoutedMessage
{
    /// <summary>The lowest quality of service whose sender waits for an acknowledgement (medium).</summary>
    public const int AcknowledgedQos = 25;

    /// <inheritdoc />
    public override WrpType Type => WrpType.Event;
}
