namespace DeviceConsole.Protocols.Cwmp.Wire.Messages;

/// <summary>What is to happen to a deployment unit.</summary>
public enum DUOperationKind
{
    /// <summary>InstallOpStruct.</summary>
    Install,

    /// <summary>UpdateOpStruct.</summary>
    Update,

    /// <summary>UninstallOpStruct.</summary>
    Uninstall,
}

/// <summary>One operation of a ChangeDUState (TR-069 A.4.1.10).</summary>
/// <param name="Kind">Which.</param>
/// <param name="Url">Where the unit comes from; empty for Uninstall.</param>
/// <param name="Uuid">The unit's own id, an RFC 4122 UUID; may be empty where the device makes it (Install) or the URL tells it (Update).</param>
/// <param name="Version">The version to update to or to uninstall; may be empty.</param>
/// <param name="ExecutionEnvRef">The path of the execution environment; empty for the device's choice. Not for Update.</param>
/// <param name="Username">For the file server; may be empty.</param>
/// <param name="Password">For the file server; may be empty.</param>
public sealed record DUOperation(DUOperationKind Kind, string Url, string Uuid, string Version, string ExecutionEnvRef, string Username, string Password)
{
    // Devices tell them apart by the element's name or by its xsi:type: both are written, either is read.
    internal static DUOperation Read(ref XmlScanner xml)
    {
        var operation = new DUOperation(KindOf(ref xml), "", "", "", "", "", "");
        var depth = xml.Depth;
        while (xml.NextChild(depth))
        {
            if (xml.Is("URL"u8)) operation = operation with { Url = xml.ReadToken() };
            else if (xml.Is("UUID"u8)) operation = operation with { Uuid = xml.ReadToken() };
            else if (xml.Is("Version"u8)) operation = operation with { Version = xml.ReadToken() };
            else if (xml.Is("ExecutionEnvRef"u8)) operation = operation with { ExecutionEnvRef = xml.ReadToken() };
            else if (xml.Is("Username"u8)) operation = operation with { Username = xml.ReadToken() };
            else if (xml.Is("Password"u8)) operation = operation with { Password = xml.ReadContent() };
        }
        return operation;
    }

    internal void Write(SoapWriter writer)
    {
        switch (Kind)
        {
            case DUOperationKind.Install:
                writer.Open("InstallOpStruct xsi:type=\"cwmp:InstallOpStruct\""u8).Element("URL"u8, Url).Element("UUID"u8, Uuid)
                    .Element("Username"u8, Username).Element("Password"u8, Password).Element("ExecutionEnvRef"u8, ExecutionEnvRef).Close("InstallOpStruct"u8);
                break;
            case DUOperationKind.Update:
                writer.Open("UpdateOpStruct xsi:type=\"cwmp:UpdateOpStruct\""u8).Element("UUID"u8, Uuid).Element("Version"u8, Version).Element("URL"u8, Url)
                    .Element("Username"u8, Username).Element("Password"u8, Password).Close("UpdateOpStruct"u8);
                break;
            default:
                writer.Open("UninstallOpStruct xsi:type=\"cwmp:UninstallOpStruct\""u8).Element("UUID"u8, Uuid).Element("Version"u8, Version)
                    .Element("ExecutionEnvRef"u8, ExecutionEnvRef).Close("UninstallOpStruct"u8);
                break;
        }
    }

    private static DUOperationKind KindOf(ref XmlScanner xml)
    {
        var name = xml.TryGetAttribute("type"u8, out var type) ? XmlAttributes.LocalPart(type) : xml.LocalName;
        if (name.SequenceEqual("UpdateOpStruct"u8)) return DUOperationKind.Update;
        return name.SequenceEqual("UninstallOpStruct"u8) ? DUOperationKind.Uninstall : DUOperationKind.Install;
    }
}
