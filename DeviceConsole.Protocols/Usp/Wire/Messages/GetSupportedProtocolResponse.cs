namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>The answer to a <see cref="GetSupportedProtocolRequest"/>.</summary>
public sealed record GetSupportedProtocolResponse : UspBody
{
    /// <summary>The agent's versions, with commas between.</summary>
    public string AgentVersions { get; init; } = "";

    internal const int Number = 9;

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.GetSupportedProtocolResp;

    internal override int Field => Number;

    internal static GetSupportedProtocolResponse Read(ProtoReader reader)
    {
        var agentVersions = "";
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: agentVersions = reader.Text(); break;
                default: reader.Skip(); break;
            }
        }
        return new GetSupportedProtocolResponse { AgentVersions = agentVersions };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Text(1, AgentVersions);
    }
}
