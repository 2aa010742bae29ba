using DeviceConsole.Core.Mibs;
using DeviceConsole.Protocols.Smi;

namespace DeviceConsole.Tests.Mibs;

/// <summary>The built-in names.</summary>
internal static class BuiltIn
{
    public static MibTree Tree { get; } = new(new MibCompiler().BuiltIn, _ => false);
}
