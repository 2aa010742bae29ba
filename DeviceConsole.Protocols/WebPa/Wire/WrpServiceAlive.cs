namespace DeviceConsole.Protocols.WebPa.Wire;

/// <summary>The keep-alive inside the box.</summary>
public sealed record WrpServiceAlive : WrpMessage
{
    /// <inheritdoc />
    public override WrpType Type => WrpType.ServiceAlive;
}
