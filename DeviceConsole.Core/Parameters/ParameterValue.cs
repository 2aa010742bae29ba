namespace DeviceConsole.Core.Parameters;

/// <summary>
/// One value of a device's parameter tree, whatever protocol it came by.
/// An object that the device named (a table without rows, an instance) is one, too: its path ends with a dot, its value is null, its
/// type "object", and <see cref="Writable"/> says whether rows can be added (a table) or this row be deleted.
/// </summary>
/// <param name="Path">The full path in the protocol's own syntax: <c>Device.WiFi.SSID.1.SSID</c>, or a dotted OID for SNMP.</param>
/// <param name="Value">The value as text, exactly as the device gave it. Null where the device named the path without a value.</param>
/// <param name="Type">The type in the protocol's own words, for example <c>xsd:string</c>, <c>Counter32</c>.</param>
public sealed record ParameterValue(string Path, string? Value, string Type)
{
    /// <summary>True or false where the protocol said whether the value can be written; null where it did not.</summary>
    public bool? Writable { get; init; }

    /// <summary>The value's bytes in lower-case hex, where <see cref="Value"/> is a rendering that loses some of them.</summary>
    public string? RawHex { get; init; }
}
