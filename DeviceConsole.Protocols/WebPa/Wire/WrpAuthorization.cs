namespace DeviceConsole.Protocols.WebPa.Wire;

/// <summary>The server's word on the device's log-in.</summary>
/// <param name="Status">As in HTTP: 200.</param>
public sealed record WrpAuthorization(long Status) : WrpMessage
{
    /// <inheritdoc />
    public override WrpType Type => WrpType.Authorization;
}
