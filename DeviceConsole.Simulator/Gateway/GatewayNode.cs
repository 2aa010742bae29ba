namespace DeviceConsole.Simulator.Gateway;

/// <summary>
/// A name in the tree. Object paths end with a dot; a table that is <paramref name="Writable"/> takes new rows, a row that is
/// writable can be deleted.
/// </summary>
public sealed record GatewayNode(string Path, bool IsObject, bool Writable);
