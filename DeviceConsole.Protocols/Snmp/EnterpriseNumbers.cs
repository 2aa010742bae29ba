using System.Collections.Frozen;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp;

/// <summary>Who stands behind a sysObjectID: private enterprise numbers (IANA) of makers that operators meet.</summary>
internal static class EnterpriseNumbers
{
    private static readonly ObjectIdentifier Enterprises = ObjectIdentifier.Parse("1.3.6.1.4.1");

    private static readonly FrozenDictionary<uint, string> Names = new Dictionary<uint, string>
    {
        [2] = "IBM", [9] = "Cisco", [11] = "HP", [42] = "Sun Microsystems", [43] = "3Com", [63] = "Apple", [94] = "Nokia", [111] = "Oracle", [116] = "Hitachi", [119] = "NEC",
        [161] = "Motorola", [171] = "D-Link", [193] = "Ericsson", [207] = "Allied Telesis", [211] = "Fujitsu", [232] = "HPE (Compaq)", [236] = "Samsung", [248] = "Hirschmann", [253] = "Xerox",
        [311] = "Microsoft", [318] = "APC", [343] = "Intel", [368] = "Axis", [388] = "Symbol", [476] = "Vertiv (Liebert)", [534] = "Eaton", [562] = "Mitel", [637] = "Alcatel-Lucent",
        [641] = "Lexmark", [664] = "Adtran", [674] = "Dell", [705] = "MGE", [789] = "NetApp", [850] = "Tripp Lite", [872] = "AVM", [890] = "Zyxel", [1166] = "General Instrument", [1248] = "Epson",
        [1347] = "Kyocera", [1588] = "Brocade", [1602] = "Canon", [1916] = "Extreme Networks", [1991] = "Foundry", [2001] = "OKI", [2011] = "Huawei", [2356] = "LANCOM Systems", [2435] = "Brother",
        [2606] = "Rittal", [2620] = "Check Point", [2636] = "Juniper", [3181] = "MICROSENS", [3224] = "Juniper (NetScreen)", [3375] = "F5", [3417] = "Blue Coat", [3808] = "CyberPower",
        [3902] = "ZTE", [3955] = "Linksys", [4115] = "ARRIS", [4329] = "Siemens", [4413] = "Broadcom", [4526] = "Netgear", [4874] = "Juniper (ERX)", [4881] = "Ruijie", [5003] = "AudioCodes",
        [5624] = "Enterasys", [5951] = "Citrix (NetScaler)", [6027] = "Dell (Force10)", [6141] = "Ciena", [6296] = "Dasan", [6321] = "Calix", [6486] = "Alcatel-Lucent Enterprise", [6527] = "Nokia",
        [6574] = "Synology", [6876] = "VMware", [6889] = "Avaya", [7779] = "Infoblox", [8072] = "Net-SNMP", [8691] = "Moxa", [8741] = "SonicWall", [8886] = "Raisecom", [10002] = "Ubiquiti",
        [10418] = "Avocent", [11863] = "TP-Link", [12356] = "Fortinet", [13742] = "Raritan", [14179] = "Cisco (Airespace)", [14823] = "Aruba", [14988] = "MikroTik", [17163] = "Riverbed",
        [17713] = "Cambium", [18334] = "Konica Minolta", [19046] = "Lenovo", [21317] = "ATEN", [22610] = "A10 Networks", [22736] = "Digium", [24681] = "QNAP", [25053] = "Ruckus",
        [25461] = "Palo Alto Networks", [25506] = "H3C", [28507] = "GUDE", [30065] = "Arista", [35265] = "Eltex", [41112] = "Ubiquiti", [47196] = "Aruba (HPE)", [52642] = "FS",
    }.ToFrozenDictionary();

    /// <summary>The maker of a sysObjectID; its number where the maker is not listed, empty where it lies elsewhere.</summary>
    public static string VendorOf(ObjectIdentifier kind)
    {
        if (!Enterprises.IsPrefixOf(kind) || kind.ArcCount <= Enterprises.ArcCount) return "";
        var number = kind.ToArcs()[Enterprises.ArcCount];
        return Names.GetValueOrDefault(number) ?? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"enterprise {number}");
    }
}
