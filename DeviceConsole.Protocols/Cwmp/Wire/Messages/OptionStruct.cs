namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>An option that a voucher enables (TR-069 Table 52).</summary>
/// <param name="OptionName">Its name.</param>
/// <param name="VoucherSN">The serial number of the voucher that enabled it.</param>
/// <param name="State">Two bits: 1 it is enabled, 2 it has been set up.</param>
/// <param name="Mode">0 disabled, 1 enabled until a date, 2 enabled without an end.</param>
/// <param name="StartDate">As the device writes it; the unknown time where it is not known.</param>
/// <param name="ExpirationDate">As the device writes it.</param>
/// <param name="IsTransferable">True where it may be moved to another device.</param>
public sealed record OptionStruct(string OptionName, string VoucherSN, int State, int Mode, string StartDate, string ExpirationDate, bool IsTransferable)
{
    internal static OptionStruct Read(ref XmlScanner xml)
    {
        var option = new OptionStruct("", "", 0, 0, CwmpText.UnknownTime, CwmpText.UnknownTime, false);
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("OptionName"u8)) option = option with { OptionName = xml.ReadToken() };
            else if (xml.Is("VoucherSN"u8)) option = option with { VoucherSN = xml.ReadToken() };
            else if (xml.Is("State"u8)) option = option with { State = CwmpText.ReadNumber(xml.ReadToken()) };
            else if (xml.Is("Mode"u8)) option = option with { Mode = CwmpText.ReadNumber(xml.ReadToken()) };
            else if (xml.Is("StartDate"u8)) option = option with { StartDate = xml.ReadToken() };
            else if (xml.Is("ExpirationDate"u8)) option = option with { ExpirationDate = xml.ReadToken() };
            else if (xml.Is("IsTransferable"u8)) option = option with { IsTransferable = CwmpText.ReadBoolean(xml.ReadToken()) };
        }
        return option;
    }

    internal void Write(SoapWriter writer) => writer.Open("OptionStruct"u8)
        .Element("OptionName"u8, OptionName).Element("VoucherSN"u8, VoucherSN).Element("State"u8, State).Element("Mode"u8, Mode)
        .Element("StartDate"u8, StartDate).Element("ExpirationDate"u8, ExpirationDate).Element("IsTransferable"u8, IsTransferable).Close("OptionStruct"u8);
}
