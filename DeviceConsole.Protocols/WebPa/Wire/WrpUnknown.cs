namespace DeviceConsole.Protocols.WebPa.Wire;

/// <summary>A message that its sender marked as unknown.</summary>
public sealed record WrpUnknown : WrpMessage
{
    /// <inheritdoc />
    public override WrpType Type => WrpType.Unknown;
}
