using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DeviceConsole.Protocols.Shared.ProxyProtocol;

/// <summary>Version 1, one line of text (§2.1): <c>PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n</c>.</summary>
internal static class TextHeader
{
    /// <summary>Reads the line; false where its end is not there yet.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ProxyHeader header, out int length)
    {
        (header, length) = (ProxyHeader.Unknown, 0);
        var end = bytes.IndexOf((byte)'\n');
        if (end < 0)
        {
            if (bytes.Length >= ProxyHeaderReader.MaximumLine) throw new ProxyHeaderException($"A PROXY line has at most {ProxyHeaderReader.MaximumLine} bytes; this one does not end.");
            return false;
        }
        length = end + 1;
        if (length > ProxyHeaderReader.MaximumLine || bytes[end - 1] != '\r') throw new ProxyHeaderException("The PROXY line does not end as it must, with a carriage return and a line feed.");
        header = Parse(bytes[..(end - 1)]);
        return true;
    }

    private static ProxyHeader Parse(ReadOnlySpan<byte> line)
    {
        if (line.ContainsAnyExceptInRange((byte)' ', (byte)'~')) throw new ProxyHeaderException("The PROXY line holds bytes that are no text.");
        var parts = Encoding.ASCII.GetString(line).Split(' ');
        // What follows UNKNOWN is to be ignored.
        if (parts is ["PROXY", "UNKNOWN", ..]) return ProxyHeader.Unknown;
        if (parts is not ["PROXY", "TCP4" or "TCP6", var from, var to, var fromPort, var toPort]) throw new ProxyHeaderException("The PROXY line has another form than PROXY TCP4 or TCP6, two addresses and two ports.");
        var family = parts[1] == "TCP4" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        return new ProxyHeader(new IPEndPoint(Address(from, family), Port(fromPort)), new IPEndPoint(Address(to, family), Port(toPort)));
    }

    // No leading zeros, no mixed forms, no zones: what the specification writes, and nothing that the framework takes beside it.
    private static IPAddress Address(string text, AddressFamily family)
    {
        var plain = family == AddressFamily.InterNetwork ? text.All(c => char.IsAsciiDigit(c) || c == '.') : text.All(c => char.IsAsciiHexDigit(c) || c == ':');
        if (plain && IPAddress.TryParse(text, out var address) && address.AddressFamily == family && (family == AddressFamily.InterNetworkV6 || address.ToString() == text)) return address;
        throw new ProxyHeaderException("The PROXY line holds an address that is none of its kind.");
    }

    private static int Port(string text) =>
        text.Length is > 0 and <= 5 && text.All(char.IsAsciiDigit) && (text == "0" || text[0] != '0') && int.Parse(text, CultureInfo.InvariantCulture) is <= IPEndPoint.MaxPort and var port
            ? port : throw new ProxyHeaderException("The PROXY line holds a port that is none.");
}
