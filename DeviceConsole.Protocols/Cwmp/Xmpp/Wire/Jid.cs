namespace DeviceConsole.Protocols.Cwmp.Xmpp.Wire;

/// <summary>An XMPP address, <c>local@domain/resource</c> (RFC 7622). Compared in lower case but for the resource.</summary>
public sealed record Jid(string Local, string Domain, string Resource)
{
    private const int MaximumPart = 1_023;

    /// <summary>Without the resource.</summary>
    public string Bare => $"{Local}@{Domain}";

    /// <summary>Reads one; null where it is none.</summary>
    public static Jid? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Any(c => char.IsControl(c))) return null;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var (bare, resource) = slash < 0 ? (text, "") : (text[..slash], text[(slash + 1)..]);
        var at = bare.IndexOf('@', StringComparison.Ordinal);
        if (at <= 0 || slash >= 0 && resource.Length == 0) return null;
        var (local, domain) = (bare[..at], bare[(at + 1)..]);
        if (local.Length > MaximumPart || domain.Length is 0 or > MaximumPart || resource.Length > MaximumPart) return null;
        if (local.IndexOfAny([' ', '"', '&', '\'', ':', '<', '>', '@']) >= 0 || domain.Any(c => !(char.IsLetterOrDigit(c) || c is '.' or '-' or '[' or ']' or ':'))) return null;
        return new Jid(local.ToLowerInvariant(), domain.ToLowerInvariant(), resource);
    }

    /// <summary>As it is written.</summary>
    public override string ToString() => Resource.Length == 0 ? Bare : $"{Bare}/{Resource}";
}
