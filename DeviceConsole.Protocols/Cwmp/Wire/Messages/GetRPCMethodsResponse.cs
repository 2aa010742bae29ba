namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>The methods that the other side may call.</summary>
/// <param name="Methods">Their names.</param>
public sealed record GetRPCMethodsResponse(IReadOnlyList<string> Methods) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "GetRPCMethodsResponse";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        IReadOnlyList<string> methods = [];
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("MethodList"u8)) methods = MessageLists.ReadTexts(ref xml);
        }
        return new GetRPCMethodsResponse(methods);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:GetRPCMethodsResponse"u8);
        writer.Texts("MethodList"u8, Methods);
        writer.Close("cwmp:GetRPCMethodsResponse"u8);
    }
}
