namespace DeviceConsole.Protocols.Cwmp.Wire;

/// <summary>One RPC method of CWMP, its response, or a fault (TR-069 Annex A): what stands in the SOAP body.</summary>
public abstract record CwmpMessage
{
    /// <summary>The most items of one list.</summary>
    public const int MaximumItems = 65_536;

    /// <summary>The element's name: <c>Inform</c>, <c>GetParameterValuesResponse</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Writes the element.</summary>
    internal abstract void Write(SoapWriter writer);

    /// <summary>Reads the message whose element was just opened. What is no method of the standard becomes an <see cref="Messages.UnknownMessage"/>.</summary>
    internal static CwmpMessage Read(ref XmlScanner xml) => MessageReaders.Find(xml.LocalName) is { } reader ? reader(ref xml) : Messages.UnknownMessage.Read(ref xml);
}
