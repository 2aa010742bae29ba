using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Discovery;

/// <summary>Addresses from texts: single ones, networks (<c>10.1.0.0/24</c>) and from-to (<c>10.1.0.10-10.1.0.40</c>, <c>10.1.0.10-40</c>), each address once for each text.</summary>
internal sealed class AddressRanges
{
    /// <summary>The most addresses of a scan: an IPv4 /16.</summary>
    public const int MaximumAddresses = 65_536;

    private readonly List<(UInt128 First, int Count, AddressFamily Family)> parts = [];

    /// <summary>How many addresses.</summary>
    public int Count { get; private set; }

    /// <summary>The n-th address.</summary>
    public IPAddress this[int index]
    {
        get
        {
            foreach (var (first, count, family) in parts)
            {
                if (index < count) return AddressOf(first + (UInt128)index, family);
                index -= count;
            }
            throw new ArgumentOutOfRangeException(nameof(index));
        }
    }

    /// <summary>Reads them; null where one is wrong or there are too many, with a sentence and the wrong one's index.</summary>
    public static AddressRanges? Read(IReadOnlyList<string> texts, out int wrong, out string error)
    {
        var ranges = new AddressRanges();
        for (wrong = 0; wrong < texts.Count; wrong++)
        {
            if (ranges.Add(texts[wrong].Trim()) is not { } problem) continue;
            error = problem;
            return null;
        }
        error = "";
        return ranges;
    }

    /// <summary>The first address that lies in none of the networks; null where all lie in one.</summary>
    public IPAddress? Outside(IReadOnlyList<IPNetwork> networks)
    {
        for (var i = 0; i < Count; i++)
        {
            var address = this[i];
            var inside = false;
            foreach (var network in networks) inside |= network.Contains(address);
            if (!inside) return address;
        }
        return null;
    }

    private string? Add(string text)
    {
        if (Parse(text) is not { } part) return $"\"{(text.Length <= 60 ? text : text[..60] + "…")}\" is no address, network or range. Write 10.1.0.7, 10.1.0.0/24 or 10.1.0.10-10.1.0.40.";
        if (part.Last < part.First) return $"{text} ends before it begins.";
        var count = part.Last - part.First + 1;
        if (count > MaximumAddresses || Count + (int)count > MaximumAddresses)
            return string.Create(CultureInfo.InvariantCulture, $"A scan asks at most {MaximumAddresses:N0} addresses (a /16 of IPv4, a /112 of IPv6). Make several scans.");
        parts.Add((part.First, (int)count, part.Family));
        Count += (int)count;
        return null;
    }

    private static (UInt128 First, UInt128 Last, AddressFamily Family)? Parse(string text)
    {
        if (text.Contains('/', StringComparison.Ordinal)) return ParseNetwork(text);
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0) return Strict(text) is { } only ? (Number(only), Number(only), only.AddressFamily) : null;
        if (Strict(text[..dash].Trim()) is not { } from) return null;
        var end = text[(dash + 1)..].Trim();
        // 10.1.0.10-40: the last number only.
        if (from.AddressFamily == AddressFamily.InterNetwork && byte.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var last))
            return (Number(from), Number(from) / 256 * 256 + last, from.AddressFamily);
        return Strict(end) is { } to && to.AddressFamily == from.AddressFamily ? (Number(from), Number(to), from.AddressFamily) : null;
    }

    private static (UInt128, UInt128, AddressFamily)? ParseNetwork(string text)
    {
        var parts = text.Split('/');
        if (parts.Length != 2 || Strict(parts[0].Trim()) is not { } address || !byte.TryParse(parts[1].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var prefix)) return null;
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (prefix > bits) return null;
        var size = bits - prefix == 128 ? UInt128.MaxValue : UInt128.One << (bits - prefix);
        var first = Number(address) / size * size;
        // The network's own address and its broadcast address are nobody's.
        return bits == 32 && prefix <= 30 ? (first + 1, first + size - 2, address.AddressFamily) : (first, first + size - 1, address.AddressFamily);
    }

    // The framework also takes "10.1", octal numbers and zones, which are no address of a range.
    private static IPAddress? Strict(string text) =>
        IPAddress.TryParse(text, out var address) && !text.Contains('%', StringComparison.Ordinal) && !address.IsIPv4MappedToIPv6
            && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text) ? address : null;

    private static UInt128 Number(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return bytes.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static IPAddress AddressOf(UInt128 number, AddressFamily family)
    {
        var bytes = new byte[family == AddressFamily.InterNetwork ? 4 : 16];
        if (bytes.Length == 4) BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)number);
        else BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return new IPAddress(bytes);
    }
}
