using System.Runtime.CompilerServices;

namespace DeviceConsole.Protocols.Cwmp.Wire;

/// <summary>Where the names of the open elements stand in the document.</summary>
[InlineArray(XmlScanner.MaximumDepth)]
internal struct NameStack
{
    private (int Offset, int Length) first;
}
