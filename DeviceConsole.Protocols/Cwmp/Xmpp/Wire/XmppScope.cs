namespace DeviceConsole.Protocols.Cwmp.Xmpp.Wire;

/// <summary>What prefixes stand for within an element. The empty prefix is the namespace of names without one.</summary>
internal sealed class XmppScope(XmppScope? outer, Dictionary<string, string> declared)
{
    /// <summary>The scope of a tag's element.</summary>
    public static XmppScope Of(XmppScope outer, XmppTag tag)
    {
        Dictionary<string, string>? declared = null;
        foreach (var (name, value) in tag.Attributes)
            if (Prefix(name) is { } prefix) (declared ??= new Dictionary<string, string>(StringComparer.Ordinal))[prefix] = value;
        return declared is null ? outer : new XmppScope(outer, declared);
    }

    /// <summary>A tag's attributes without the declarations.</summary>
    public static Dictionary<string, string> Plain(XmppTag tag)
    {
        foreach (var name in tag.Attributes.Keys.Where(n => Prefix(n) is not null).ToList()) tag.Attributes.Remove(name);
        return tag.Attributes;
    }

    /// <summary>A name without its prefix, and its namespace.</summary>
    /// <exception cref="XmppDecodeException">Nobody declared the prefix.</exception>
    public (string Local, string Namespace) Resolve(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var prefix = colon < 0 ? "" : name[..colon];
        for (var scope = this; scope is not null; scope = scope.Outer)
            if (scope.Declared.TryGetValue(prefix, out var ns)) return (name[(colon + 1)..], ns);
        return prefix.Length == 0 ? (name, "") : throw new XmppDecodeException($"The prefix {prefix} stands for nothing.");
    }

    private XmppScope? Outer { get; } = outer;

    private Dictionary<string, string> Declared { get; } = declared;

    private static string? Prefix(string name) => name == "xmlns" ? "" : name.StartsWith("xmlns:", StringComparison.Ordinal) ? name[6..] : null;
}
