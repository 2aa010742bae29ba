using System.Xml;
using DeviceConsole.Core.DataModels;

namespace DeviceConsole.Protocols.BbfDataModel;

/// <summary>
/// XML to elements, in one pass: no DTD, no external reference, bounded depth, bounded number of elements over all documents of a reading.
/// What no part of a model needs (bibliography, profiles) is passed over.
/// </summary>
internal sealed class DocumentReader(CancellationToken cancellationToken)
{
    private int elements;

    public ModelElement Read(DataModelFile file)
    {
        if (file.Content.Length > DataModelLimits.File)
            throw new DataModelFormatException(file.Name, 0, $"The file is larger than the {DataModelLimits.File / (1024 * 1024)} MiB that one document may have.");
        try
        {
            using var stream = new MemoryStream(PlainEntities.Inline(file.Content).ToArray(), writable: false);
            using var reader = XmlReader.Create(stream, Settings());
            return Read(reader, file.Name);
        }
        catch (XmlException e)
        {
            throw new DataModelFormatException(file.Name, e.LineNumber, Explain(e));
        }
    }

    private static XmlReaderSettings Settings() => new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = DataModelLimits.File,
        MaxCharactersFromEntities = 1024,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        ConformanceLevel = ConformanceLevel.Document,
    };

    private ModelElement Read(XmlReader reader, string file)
    {
        ModelElement? root = null;
        var open = new Stack<ModelElement>();
        while (reader.Read())
        {
            if (reader.Depth > DataModelLimits.Depth)
                throw new DataModelFormatException(file, LineOf(reader), $"Elements are nested deeper than {DataModelLimits.Depth}.");
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    var element = Open(reader, file);
                    if (open.TryPeek(out var parent)) { if (IsKept(element.Name)) parent.Add(element); }
                    else root = element;
                    if (!reader.IsEmptyElement) open.Push(element);
                    break;
                case XmlNodeType.EndElement:
                    open.Pop();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA when open.Peek() is { Name: "description" or "template" } described:
                    described.Text = reader.Value;
                    break;
            }
        }

        if (root is not { Name: "document" }) throw new DataModelFormatException(file, 1, "This is no data model: the outermost element is not dm:document of the Broadband Forum's schema.");
        return root;
    }

    private ModelElement Open(XmlReader reader, string file)
    {
        if (++elements > DataModelLimits.Elements) throw new DataModelFormatException(file, LineOf(reader), $"There are more than {DataModelLimits.Elements:N0} elements in all documents together.");
        if ((elements & 0xfff) == 0) cancellationToken.ThrowIfCancellationRequested();
        var line = LineOf(reader);
        var name = reader.LocalName;
        if (!reader.HasAttributes) return new ModelElement(name, line, []);
        var attributes = new List<KeyValuePair<string, string>>(reader.AttributeCount);
        while (reader.MoveToNextAttribute())
        {
            if (reader.Prefix.Length == 0 && reader.LocalName != "xmlns") attributes.Add(new(reader.LocalName, reader.Value));
        }

        reader.MoveToElement();
        return new ModelElement(name, line, attributes);
    }

    private static bool IsKept(string name) => name is not ("bibliography" or "profile" or "reference");

    private static int LineOf(XmlReader reader) => reader is IXmlLineInfo info ? info.LineNumber : 0;

    private static string Explain(XmlException e) => e.Message.Contains("DTD", StringComparison.Ordinal)
        ? "The document declares a DTD, which is not accepted."
        : $"This is not well-formed XML: {e.Message}";
}
