namespace DeviceConsole.Protocols.WebPa.Wire;

/// <summary>A service of the box tells the agent its name and address.</summary>
public sealed record WrpServiceRegistration(string ServiceName, string Url) : WrpMessage
{
    /// <inheritdoc />
    public override WrpType Type => WrpType.ServiceRegistration;
}
