namespace DeviceConsole.Protocols.Cwmp.Http;

/// <summary>
/// The parameters of a challenge or of an answer to one (RFC 7235 §2.1, RFC 7616 §3.3, §3.4): <c>name=value</c> with commas between, values quoted or not;
/// devices quote what should not be quoted and the other way round.
/// </summary>
public sealed class DigestHeader
{
    private readonly Dictionary<string, string> parameters = new(StringComparer.OrdinalIgnoreCase);

    private DigestHeader()
    {
    }

    /// <summary>The parameter, or an empty text.</summary>
    public string this[string name] => parameters.GetValueOrDefault(name) ?? "";

    /// <summary>Reads what stands behind the scheme; null where it is no list of parameters.</summary>
    public static DigestHeader? Parse(string text)
    {
        var header = new DigestHeader();
        var rest = text.AsSpan().Trim();
        while (!rest.IsEmpty)
        {
            var sign = rest.IndexOf('=');
            if (sign <= 0) return null;
            var name = rest[..sign].Trim().ToString();
            rest = rest[(sign + 1)..].TrimStart();
            var value = rest.StartsWith('"') ? ReadQuoted(ref rest) : ReadPlain(ref rest);
            if (value is null || header.parameters.Count == 32) return null;
            header.parameters.TryAdd(name, value);
            rest = rest.TrimStart(" \t,");
        }
        return header.parameters.Count == 0 ? null : header;
    }

    private static string? ReadQuoted(ref ReadOnlySpan<char> rest)
    {
        var value = new System.Text.StringBuilder();
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '\\' && i + 1 < rest.Length)
            {
                value.Append(rest[++i]);
            }
            else if (rest[i] == '"')
            {
                rest = rest[(i + 1)..];
                return value.ToString();
            }
            else
            {
                value.Append(rest[i]);
            }
        }
        return null;
    }

    private static string ReadPlain(ref ReadOnlySpan<char> rest)
    {
        var comma = rest.IndexOf(',');
        var value = (comma < 0 ? rest : rest[..comma]).Trim().ToString();
        rest = comma < 0 ? default : rest[comma..];
        return value;
    }
}
