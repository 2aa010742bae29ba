namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>A new agent asks to be managed.</summary>
public sealed record OnBoardRequest : Notification
{
    /// <summary>The manufacturer's OUI.</summary>
    public string Oui { get; init; } = "";

    /// <summary>The product class.</summary>
    public string ProductClass { get; init; } = "";

    /// <summary>The serial number.</summary>
    public string SerialNumber { get; init; } = "";

    /// <summary>The versions that it knows, with commas between.</summary>
    public string ProtocolVersions { get; init; } = "";

    internal const int Number = 8;

    internal override int Field => Number;

    internal static OnBoardRequest Read(ProtoReader reader)
    {
        var oui = "";
        var productClass = "";
        var serialNumber = "";
        var protocolVersions = "";
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: oui = reader.Text(); break;
                case 2: productClass = reader.Text(); break;
                case 3: serialNumber = reader.Text(); break;
                case 4: protocolVersions = reader.Text(); break;
                default: reader.Skip(); break;
            }
        }
        return new OnBoardRequest { Oui = oui, ProductClass = productClass, SerialNumber = serialNumber, ProtocolVersions = protocolVersions };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Text(1, Oui);
        writer.Text(2, ProductClass);
        writer.Text(3, SerialNumber);
        writer.Text(4, ProtocolVersions);
    }
}
