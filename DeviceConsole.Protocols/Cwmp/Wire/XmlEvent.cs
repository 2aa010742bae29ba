namespace DeviceConsole.Protocols.Cwmp.Wire;

/// <summary>What <see cref="XmlScanner"/> stands on.</summary>
public enum XmlEvent
{
    /// <summary>Before the root.</summary>
    None,

    /// <summary>A start tag; an empty element gives a start and an end.</summary>
    Start,

    /// <summary>An end tag.</summary>
    End,

    /// <summary>Character data or a CDATA section; one text may come in several of them.</summary>
    Text,
}
