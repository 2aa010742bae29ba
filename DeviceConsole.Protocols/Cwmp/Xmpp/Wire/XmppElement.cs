namespace DeviceConsole.Protocols.Cwmp.Xmpp.Wire;

/// <summary>An element of a stream: a stanza or a part of one. Text between child elements is joined.</summary>
/// <param name="Name">Without its prefix.</param>
/// <param name="Namespace">The namespace that its prefix, or the lack of one, stands for.</param>
/// <param name="Attributes">As they are written, without declarations of namespaces.</param>
/// <param name="Children">In their order.</param>
/// <param name="Text">With entities resolved.</param>
public sealed record XmppElement(string Name, string Namespace, IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<XmppElement> Children, string Text)
{
    /// <summary>An attribute, or null.</summary>
    public string? this[string attribute] => Attributes.GetValueOrDefault(attribute);

    /// <summary>The name of its first child, which in errors is the condition; null where there is none.</summary>
    public string? Reason => Children is [var first, ..] ? first.Name : null;

    /// <summary>True where it has this name in this namespace.</summary>
    public bool Is(string name, string ns) => Name == name && Namespace == ns;

    /// <summary>The first child of that name and namespace, or null.</summary>
    public XmppElement? Child(string name, string ns) => Children.FirstOrDefault(c => c.Is(name, ns));
}
