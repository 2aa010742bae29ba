using System.Globalization;
using System.Net;

namespace DeviceConsole.Core.Mibs;

/// <summary>One part of a row's index.</summary>
/// <param name="Name">The index object.</param>
/// <param name="Text">Its value in words.</param>
public sealed record MibIndexValue(string Name, string Text);

/// <summary>Reads the numbers behind a column's name as the row's index: RFC 2578 clause 7.7, and RFC 1212 clause 4.1.6 for SMIv1.</summary>
public static class InstanceDecoder
{
    /// <summary>The parts; null where the numbers do not fit the index or it is not known.</summary>
    public static IReadOnlyList<MibIndexValue>? Decode(MibTree tree, MibNode column, ReadOnlySpan<uint> rest)
    {
        var index = tree.IndexOf(column);
        if (index.Count == 0) return null;
        var values = new List<MibIndexValue>(index.Count);
        long? kind = null;
        foreach (var part in index)
        {
            if (tree.Definition(part.Module, part.Name)?.Syntax is not { } syntax || !TryRead(tree, syntax, part.Implied, kind, ref rest, out var text)) return null;
            kind = syntax.TypeName == "InetAddressType" ? Labelled(text) : null;
            values.Add(new MibIndexValue(part.Name, text));
        }
        return rest.IsEmpty ? values : null;
    }

    private static bool TryRead(MibTree tree, MibSyntax syntax, bool implied, long? kind, ref ReadOnlySpan<uint> rest, out string text)
    {
        text = "";
        switch (syntax.BaseType)
        {
            case MibBaseType.OctetString or MibBaseType.Bits or MibBaseType.Opaque:
                if (!TryTake(ref rest, Fixed(syntax), implied, out var arcs) || arcs.ContainsAnyExceptInRange(0u, 255u)) return false;
                text = Octets(syntax, arcs, kind);
                return true;
            case MibBaseType.IpAddress:
                // 1 stands for the Internet's addresses; there are no others. Where the kind is left out, the address is still one.
                if (syntax.TypeName == MibSyntax.NetworkAddress && rest.Length > 4 && rest[0] == 1) rest = rest[1..];
                if (!TryTake(ref rest, 4, false, out var address) || address.ContainsAnyExceptInRange(0u, 255u)) return false;
                text = MibOid.Format(address);
                return true;
            case MibBaseType.ObjectIdentifier:
                if (!TryTake(ref rest, null, implied, out var identifier)) return false;
                text = tree.Longest(identifier) is { } match ? match.Rest.Length == 0 ? match.Node.Name : $"{match.Node.Name}.{MibOid.Format(match.Rest)}" : MibOid.Format(identifier);
                return true;
            case MibBaseType.None or MibBaseType.Row or MibBaseType.Table:
                return false;
            default:
                if (rest.IsEmpty) return false;
                text = ValueFormatter.Number(syntax, syntax.BaseType is MibBaseType.Integer32 or MibBaseType.Enumeration ? unchecked((int)rest[0]) : rest[0]);
                rest = rest[1..];
                return true;
        }
    }

    private static int? Fixed(MibSyntax syntax) => syntax.Ranges is [{ } only] && only.Low == only.High && only.Low <= MibOid.MaximumArcs ? (int)only.Low : null;

    private static bool TryTake(ref ReadOnlySpan<uint> rest, int? length, bool implied, out ReadOnlySpan<uint> arcs)
    {
        arcs = default;
        if (length is null && !implied)
        {
            if (rest.IsEmpty || rest[0] > MibOid.MaximumArcs) return false;
            length = (int)rest[0];
            rest = rest[1..];
        }
        var count = length ?? rest.Length;
        if (count > rest.Length) return false;
        arcs = rest[..count];
        rest = rest[count..];
        return true;
    }

    private static string Octets(MibSyntax syntax, ReadOnlySpan<uint> arcs, long? kind)
    {
        var octets = new byte[arcs.Length];
        for (var i = 0; i < octets.Length; i++) octets[i] = (byte)arcs[i];
        // RFC 4001: dns(16) is a name, however long it is.
        if (kind is 16) return ValueFormatter.Octets(new MibSyntax(MibBaseType.OctetString), octets);
        return kind is 1 && octets.Length == 4 || kind is 2 && octets.Length == 16 ? new IPAddress(octets).ToString() : ValueFormatter.Octets(syntax, octets);
    }

    /// <summary>The number in <c>ipv4(1)</c>.</summary>
    private static long? Labelled(string text) =>
        text.EndsWith(')') && long.TryParse(text.AsSpan(text.LastIndexOf('(') + 1).TrimEnd(')'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
