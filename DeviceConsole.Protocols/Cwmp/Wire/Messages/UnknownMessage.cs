namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>A method that is none of those that are known here; its content was not looked at.</summary>
/// <param name="Method">The element's name.</param>
public sealed record UnknownMessage(string Method) : CwmpMessage
{
    /// <summary>Before anything was read.</summary>
    internal static UnknownMessage None { get; } = new("");

    /// <inheritdoc />
    public override string Name => Method;

    internal static new CwmpMessage Read(ref XmlScanner xml) =>
        new UnknownMessage(XmlText.Decode(xml.LocalName[..Math.Min(xml.LocalName.Length, 128)], cdata: false));

    internal override void Write(SoapWriter writer) => throw new InvalidOperationException("A message that is not known is not sent.");
}
