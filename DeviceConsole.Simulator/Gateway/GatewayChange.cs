namespace DeviceConsole.Simulator.Gateway;

/// <summary>
/// A value that changed, or a row that came or went: then the path is the row's (ends with a dot) and the empty text stands for the
/// row, <paramref name="Old"/> null for a new one and <paramref name="New"/> null for a deleted one. Values of secrets are empty.
/// </summary>
public sealed record GatewayChange(string Path, string? Old, string? New);
