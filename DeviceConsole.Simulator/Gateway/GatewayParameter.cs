namespace DeviceConsole.Simulator.Gateway;

/// <summary>
/// One parameter with its value: <paramref name="Type"/> is a TR-106 base type in the data model's own words (string, int,
/// unsignedInt, long, unsignedLong, boolean, dateTime, base64, hexBinary, decimal), booleans are true or false.
/// </summary>
public sealed record GatewayParameter(string Path, string Value, string Type, bool Writable, bool Secret)
{
    /// <summary>The value as a management protocol may tell it: hidden parameters read as empty (TR-181 "always returns an empty string").</summary>
    public string Reported => Secret ? "" : Value;
}
