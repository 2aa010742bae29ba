namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>A request for the versions that the agent knows.</summary>
public sealed record GetSupportedProtocolRequest : UspBody
{
    /// <summary>The controller's own, with commas between.</summary>
    public string ControllerVersions { get; init; } = "";

    internal const int Number = 9;

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.GetSupportedProtocol;

    internal override int Field => Number;

    internal static GetSupportedProtocolRequest Read(ProtoReader reader)
    {
        var controllerVersions = "";
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: controllerVersions = reader.Text(); break;
                default: reader.Skip(); break;
            }
        }
        return new GetSupportedProtocolRequest { ControllerVersions = controllerVersions };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Text(1, ControllerVersions);
    }
}
