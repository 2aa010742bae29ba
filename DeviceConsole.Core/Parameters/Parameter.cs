namespace DeviceConsole.Core.Parameters;

/// <summary>One value of a device's stored tree.</summary>
/// <param name="Path">The full path in the protocol's own syntax.</param>
/// <param name="Value">The newest value as text; null where the device named the path without one.</param>
/// <param name="Type">The type in the protocol's own words.</param>
/// <param name="Writable">True or false where the protocol said so.</param>
/// <param name="Source">The protocol's id that it came by.</param>
/// <param name="ChangedAt">When the value last became another one.</param>
public sealed record Parameter(string Path, string? Value, string Type, bool? Writable, string Source, DateTimeOffset ChangedAt);
