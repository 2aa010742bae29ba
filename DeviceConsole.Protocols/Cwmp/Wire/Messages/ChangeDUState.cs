namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>Installs, updates and removes software modules (TR-069 A.4.1.10, CWMP 1.2).</summary>
/// <param name="Operations">At least one; the device carries them out in any order.</param>
/// <param name="CommandKey">Comes back in DUStateChangeComplete; at most 32 characters.</param>
public sealed record ChangeDUState(IReadOnlyList<DUOperation> Operations, string CommandKey) : CwmpMessage
{
    /// <inheritdoc />
    public override string Name => "ChangeDUState";

    internal static new CwmpMessage Read(ref XmlScanner xml)
    {
        var operations = new List<DUOperation>();
        var commandKey = "";
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("CommandKey"u8)) commandKey = xml.ReadToken();
            if (!xml.Is("Operations"u8)) continue;
            var list = xml.Depth;
            while (xml.NextChild(list)) MessageLists.Add(operations, DUOperation.Read(ref xml));
        }
        return new ChangeDUState(operations, commandKey);
    }

    internal override void Write(SoapWriter writer)
    {
        writer.Open("cwmp:ChangeDUState"u8).Open("Operations"u8);
        foreach (var operation in Operations) operation.Write(writer);
        writer.Close("Operations"u8).Element("CommandKey"u8, CommandKey).Close("cwmp:ChangeDUState"u8);
    }
}
