using System.Text;

namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>A vendor's own method or its response: <c>X_OUI_Name</c> (TR-069 A.2.2.1). Its arguments are elements with texts; what is nested gets a dotted name.</summary>
/// <param name="Method">The element's name.</param>
/// <param name="Arguments">Names and texts in their order.</param>
public sealed record VendorMessage(string Method, IReadOnlyList<(string Name, string Text)> Arguments) : CwmpMessage
{
    /// <summary>What vendors' methods begin with.</summary>
    public const string Prefix = "X_";

    /// <summary>The most values of one message.</summary>
    public const int MaximumArguments = 1_000;

    /// <inheritdoc />
    public override string Name => Method;

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var method = XmlText.Decode(xml.LocalName, cdata: false);
        var arguments = new List<(string, string)>();
        var path = new List<string>();
        var text = new StringBuilder();
        var leaf = false;
        var depth = xml.Depth;
        while (xml.Depth >= depth && xml.Read())
        {
            switch (xml.Event)
            {
                case XmlEvent.Start:
                    path.Add(XmlText.Decode(xml.LocalName[..Math.Min(xml.LocalName.Length, 64)], cdata: false));
                    text.Clear();
                    leaf = true;
                    break;
                case XmlEvent.Text:
                    text.Append(XmlText.Decode(xml.Segment, xml.IsCData));
                    break;
                default:
                    if (leaf) Add(arguments, path, text);
                    if (path.Count > 0) path.RemoveAt(path.Count - 1);
                    leaf = false;
                    break;
            }
        }
        return new VendorMessage(method, arguments);
    }

    private static void Add(List<(string, string)> arguments, List<string> path, StringBuilder text)
    {
        if (arguments.Count == MaximumArguments) throw new CwmpDecodeException($"A vendor's message has more than {MaximumArguments} values.");
        arguments.Add((string.Join('.', path), text.ToString().Trim()));
    }

    // The names were checked before: they are XML names.
    internal override void Write(SoapWriter writer)
    {
        var method = Encoding.UTF8.GetBytes("cwmp:" + Method);
        writer.Open(method);
        foreach (var (name, value) in Arguments) writer.Element(Encoding.UTF8.GetBytes(name), value);
        writer.Close(method);
    }
}
