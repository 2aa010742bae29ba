namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Gives the device vouchers, signed XML documents that enable options (TR-069 A.4.1.3, deprecated).</summary>
/// <param name="Vouchers">Each in base64.</param>
public sealed record SetVouchers(IReadOnlyList<string> Vouchers) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "SetVouchers";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        IReadOnlyList<string> vouchers = [];
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("VoucherList"u8)) vouchers = MessageLists.ReadTexts(ref xml);
        }
        return new SetVouchers(vouchers);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:SetVouchers"u8).OpenArray("VoucherList"u8, "xsd:base64Binary"u8, Vouchers.Count);
        foreach (var voucher in Vouchers) writer.Element("base64"u8, voucher);
        writer.Close("VoucherList"u8).Close("cwmp:SetVouchers"u8);
    }
}
