namespace DeviceConsole.Protocols.Cwmp.Wire;

/// <summary>Lists that a device fills, within bounds.</summary>
internal static class MessageLists
{
    /// <summary>Adds an item, or throws where there are too many.</summary>
    public static void Add<T>(List<T> list, T item)
    {
        if (list.Count == CwmpMessage.MaximumItems) throw new CwmpDecodeException($"A list of the message has more than {CwmpMessage.MaximumItems} entries.");
        list.Add(item);
    }

    /// <summary>A list of texts, whatever its items are called.</summary>
    public static List<string> ReadTexts(ref XmlScanner xml)
    {
        var texts = new List<string>();
        var depth = xml.Depth;
        while (xml.NextChild(depth)) Add(texts, xml.ReadToken());
        return texts;
    }
}
