namespace DeviceConsole.Protocols.Smi.Parsing;

/// <summary>One part between the braces of an object identifier: <c>name</c>, <c>name(1)</c>, <c>Module.name</c> or <c>1</c>.</summary>
internal readonly record struct OidPart(string? Name, string? Module, uint? Number, int Position);
