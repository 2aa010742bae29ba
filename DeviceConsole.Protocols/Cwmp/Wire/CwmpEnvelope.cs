using System.Text;

namespace DeviceConsole.Protocols.Cwmp.Wire;

/// <summary>
/// A SOAP 1.1 envelope with one CWMP message (TR-069 §3.4).
/// </summary>
/// <param name="Message">The body.</param>
public sealed record CwmpEnvelope(CwmpMessage Message)
{
    /// <summary>The namespace of CWMP 1.0.</summary>
    public const string Cwmp10 = "urn:dslforum-org:cwmp-1-0";

    /// <summary>The longest body that is read, in bytes.</summary>
    public const int MaximumBody = 8 * 1024 * 1024;

    /// <summary>The header's ID; null where there is none.</summary>
    public string? Id { get; init; }

    /// <summary>The CWMP namespace that the device declares, and that its answers carry too; CWMP 1.0's where it declares none.</summary>
    public string Namespace { get; init; } = Cwmp10;

    /// <summary>The header HoldRequests, which only an ACS sends (TR-069 §3.4.7): the device sends no request of its own until it is told false.</summary>
    public bool HoldRequests { get; init; }

    /// <summary>The header SessionTimeout in seconds (CWMP 1.3 on); null where there is none.</summary>
    public int? SessionTimeout { get; init; }

    /// <summary>The header SupportedCWMPVersions (CWMP 1.3 on); empty where there is none.</summary>
    public string SupportedVersions { get; init; } = "";

    /// <summary>The header UseCWMPVersion, by which an ACS answers <see cref="SupportedVersions"/> (CWMP 1.4 on); empty where there is none.</summary>
    public string UseVersion { get; init; } = "";

    /// <summary>True where the document begins with an XML declaration. Answers begin as the device's own messages do: some devices stumble over one.</summary>
    public bool HasDeclaration { get; init; } = true;

    /// <summary>Reads a whole body.</summary>
    /// <exception cref="CwmpDecodeException">It is no envelope, or one that is not taken.</exception>
    public static CwmpEnvelope Read(ReadOnlyMemory<byte> body)
    {
        if (body.Length > MaximumBody) throw new CwmpDecodeException($"The message is longer than {MaximumBody / 1024 / 1024} MiB.");
        return Parse(XmlEncoding.ToUtf8(body).Span);
    }

    /// <summary>The document's bytes.</summary>
    public ReadOnlyMemory<byte> Write()
    {
        var writer = new SoapWriter();
        if (HasDeclaration) writer.Raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"u8);
        writer.Raw("<soap-env:Envelope xmlns:soap-env=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:soap-enc=\"http://schemas.xmlsoap.org/soap/encoding/\" "u8)
            .Raw("xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:cwmp=\""u8).Text(Namespace).Raw("\">"u8);
        if (Id is not null || HoldRequests || SessionTimeout is not null || SupportedVersions.Length > 0 || UseVersion.Length > 0) WriteHeader(writer);
        writer.Open("soap-env:Body"u8);
        Message.Write(writer);
        return writer.Close("soap-env:Body"u8).Close("soap-env:Envelope"u8).Written;
    }

    private static CwmpEnvelope Parse(ReadOnlySpan<byte> document)
    {
        var xml = new XmlScanner(document);
        if (!xml.NextChild(0) || !xml.Is("Envelope"u8)) throw new CwmpDecodeException("The XML is no SOAP envelope.");
        var version = Cwmp10;
        var envelope = new CwmpEnvelope(Messages.UnknownMessage.None) { HasDeclaration = document.TrimStart(" \t\r\n"u8).StartsWith("<?xml"u8) || document.StartsWith("\uFEFF<?xml"u8) };
        Declared(ref version, xml.Attributes);
        while (xml.NextChild(1))
        {
            Declared(ref version, xml.Attributes);
            if (xml.Is("Header"u8)) envelope = envelope.ReadHeader(ref xml, ref version);
            else if (xml.Is("Body"u8)) return envelope.ReadBody(ref xml, ref version);
        }
        throw new CwmpDecodeException("The SOAP envelope has no body.");
    }

    private CwmpEnvelope ReadHeader(ref XmlScanner xml, ref string version)
    {
        var envelope = this;
        while (xml.NextChild(2))
        {
            Declared(ref version, xml.Attributes);
            if (xml.Is("ID"u8)) envelope = envelope with { Id = Limited(xml.ReadContent()) };
            else if (xml.Is("HoldRequests"u8)) envelope = envelope with { HoldRequests = CwmpText.ReadBoolean(xml.ReadToken()) };
            else if (xml.Is("SessionTimeout"u8)) envelope = envelope with { SessionTimeout = CwmpText.ReadNumber(xml.ReadToken()) };
            else if (xml.Is("SupportedCWMPVersions"u8)) envelope = envelope with { SupportedVersions = xml.ReadToken() };
            else if (xml.Is("UseCWMPVersion"u8)) envelope = envelope with { UseVersion = xml.ReadToken() };
        }
        return envelope;
    }

    private CwmpEnvelope ReadBody(ref XmlScanner xml, ref string version)
    {
        if (!xml.NextChild(2)) throw new CwmpDecodeException("The SOAP body is empty.");
        Declared(ref version, xml.Attributes);
        var message = CwmpMessage.Read(ref xml);
        // The rest of the document must be well-formed too, or it was cut off.
        while (xml.Read())
        {
        }
        return this with { Message = message, Namespace = version };
    }

    private void WriteHeader(SoapWriter writer)
    {
        writer.Open("soap-env:Header"u8);
        if (Id is not null) writer.Open("cwmp:ID soap-env:mustUnderstand=\"1\""u8).Text(Id).Close("cwmp:ID"u8);
        if (HoldRequests) writer.Open("cwmp:HoldRequests soap-env:mustUnderstand=\"1\""u8).Raw("1"u8).Close("cwmp:HoldRequests"u8);
        if (SessionTimeout is { } seconds) writer.Open("cwmp:SessionTimeout soap-env:mustUnderstand=\"0\""u8).Text(seconds.ToString(System.Globalization.CultureInfo.InvariantCulture)).Close("cwmp:SessionTimeout"u8);
        if (SupportedVersions.Length > 0) writer.Open("cwmp:SupportedCWMPVersions soap-env:mustUnderstand=\"0\""u8).Text(SupportedVersions).Close("cwmp:SupportedCWMPVersions"u8);
        if (UseVersion.Length > 0) writer.Open("cwmp:UseCWMPVersion soap-env:mustUnderstand=\"1\""u8).Text(UseVersion).Close("cwmp:UseCWMPVersion"u8);
        writer.Close("soap-env:Header"u8);
    }

    // Declarations stand wherever the device likes; an unknown version is answered in its own namespace.
    private static void Declared(ref string version, XmlAttributes attributes)
    {
        while (attributes.Read())
        {
            if (!attributes.Name.StartsWith("xmlns"u8) || !attributes.Value.StartsWith("urn:dslforum-org:cwmp-"u8) || attributes.Value.Length > 64) continue;
            if (!attributes.Value.SequenceEqual(Encoding.ASCII.GetBytes(version))) version = XmlText.Decode(attributes.Value, cdata: false);
        }
    }

    private static string Limited(string id) => id.Length <= 256 ? id : throw new CwmpDecodeException("The header's ID is longer than 256 characters.");
}
