using System.Collections.ObjectModel;

namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>A map without entries.</summary>
internal static class NoValues
{
    public static IReadOnlyDictionary<string, string> Map { get; } = ReadOnlyDictionary<string, string>.Empty;
}
