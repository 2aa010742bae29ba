namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>What became of one deployment unit (TR-069 OpResultStruct and AutonOpResultStruct).</summary>
/// <param name="Uuid">The unit's own id.</param>
/// <param name="DeploymentUnitRef">Its path on the device; empty where it has none.</param>
/// <param name="Version">Its version.</param>
/// <param name="CurrentState">Installed, Uninstalled or Failed.</param>
/// <param name="Operation">Install, Update or Uninstall; empty where the ACS asked for it.</param>
/// <param name="Fault">How it ended.</param>
public sealed record DUStateChangeResult(string Uuid, string DeploymentUnitRef, string Version, string CurrentState, string Operation, TransferFault Fault)
{
    internal static List<DUStateChangeResult> ReadAll(ref XmlScanner xml)
    {
        var results = new List<DUStateChangeResult>();
        var depth = xml.Depth;
        while (xml.NextChild(depth)) MessageLists.Add(results, Read(ref xml));
        return results;
    }

    internal static void WriteAll(SoapWriter writer, IReadOnlyList<DUStateChangeResult> results)
    {
        writer.Open("Results"u8);
        foreach (var result in results) result.Write(writer);
        writer.Close("Results"u8);
    }

    private static DUStateChangeResult Read(ref XmlScanner xml)
    {
        var (uuid, path, version, state, operation, fault) = ("", "", "", "", "", TransferFault.None);
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("UUID"u8)) uuid = xml.ReadToken();
            else if (xml.Is("DeploymentUnitRef"u8)) path = xml.ReadToken();
            else if (xml.Is("Version"u8)) version = xml.ReadToken();
            else if (xml.Is("CurrentState"u8)) state = xml.ReadToken();
            else if (xml.Is("OperationPerformed"u8)) operation = xml.ReadToken();
            else if (xml.Is("Fault"u8) || xml.Is("FaultStruct"u8)) fault = TransferFault.Read(ref xml);
        }
        return new DUStateChangeResult(uuid, path, version, state, operation, fault);
    }

    private void Write(SoapWriter writer)
    {
        writer.Open("OpResultStruct"u8);
        writer.Element("UUID"u8, Uuid);
        writer.Element("DeploymentUnitRef"u8, DeploymentUnitRef);
        writer.Element("Version"u8, Version);
        writer.Element("CurrentState"u8, CurrentState);
        if (Operation.Length > 0) writer.Element("OperationPerformed"u8, Operation);
        writer.Open("Fault"u8).Element("FaultCode"u8, Fault.Code).Element("FaultString"u8, Fault.Text).Close("Fault"u8);
        writer.Close("OpResultStruct"u8);
    }
}
