using DeviceConsole.Core.Protocols;
using Microsoft.AspNetCore.Http;

namespace DeviceConsole.Protocols.Cwmp.BulkData;

/// <summary>Who a report says it is of: the URI parameters <c>oui</c>, <c>pc</c>, <c>sn</c> (TR-069 Annex N), or <c>eid</c> (TR-369 A.3.1).</summary>
internal static class BulkSender
{
    /// <summary>A sentence where it is another device than the one whose credentials were shown; null where it is the same, or the report does not say.</summary>
    public static string? Mismatch(IQueryCollection query, BulkCaller caller)
    {
        var (oui, serial, endpoint) = (query["oui"].ToString(), query["sn"].ToString(), query["eid"].ToString());
        if (endpoint.Length > 0 && caller.Identities.Any(i => i.Contains("::", StringComparison.Ordinal)) && !caller.Identities.Contains(endpoint, StringComparer.Ordinal))
            return $"The report is of the agent {Short(endpoint)}, but came with the credentials of this device.";
        if (serial.Length > 0 && !Is(serial, caller)) return $"The report is of the serial number {Short(serial)}, but came with the credentials of this device.";
        // An identity that begins with an OUI has six hexadecimal digits and a dash.
        return oui.Length == 6 && caller.Identities.Where(i => i.Length > 7 && i[6] == '-').ToList() is { Count: > 0 } named && !named.Exists(i => i.StartsWith(oui, StringComparison.OrdinalIgnoreCase))
            ? $"The report is of a device with the OUI {Short(oui)}, but came with the credentials of this one." : null;
    }

    private static bool Is(string serial, BulkCaller caller) =>
        (caller.SerialNumber.Length == 0 && caller.Identities.Count == 0)
        || caller.SerialNumber.Equals(serial, StringComparison.OrdinalIgnoreCase)
        || caller.Identities.Any(i => i.EndsWith("-" + serial, StringComparison.OrdinalIgnoreCase) || i.EndsWith("-" + Uri.EscapeDataString(serial), StringComparison.OrdinalIgnoreCase));

    private static string Short(string text) => text.Length <= 64 ? text : text[..64];
}
