namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Either side asks for the other's methods (TR-069 A.3.1.1).</summary>
public sealed record GetRPCMethods : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "GetRPCMethods";

    internal static new CwmpMessage Read(ref XmlScanner xml) => new GetRPCMethods();

    internal override void Write(SoapWriter writer) => writer.Raw("<cwmp:GetRPCMethods/>"u8);
}
