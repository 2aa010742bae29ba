namespace DeviceConsole.Protocols.WebPa.Wire;

/// <summary>A request, or the response with the same transaction.</summary>
public sealed record WrpRequest : WrpRoutedMessage
{
    /// <inheritdoc />
    public override WrpType Type => WrpType.Request;
}
