namespace DeviceConsole.Core.Listeners;

/// <summary>A port that devices call.</summary>
/// <param name="Port">1 to 65535.</param>
/// <param name="ProfileId">The TLS profile for every name without one of its own; null: no TLS.</param>
/// <param name="ProxyProtocol">True where trusted balancers begin each connection with a PROXY header.</param>
/// <param name="Note">What it is for.</param>
/// <param name="Names">Host names (SNI) with a profile of their own.</param>
public sealed record DevicePort(int Port, Guid? ProfileId, bool ProxyProtocol, string Note, IReadOnlyList<DevicePortName> Names);

/// <summary>A host name with a profile of its own.</summary>
/// <param name="Host">In lower case; <c>*.example.net</c> stands for one label.</param>
/// <param name="ProfileId">The profile.</param>
public sealed record DevicePortName(string Host, Guid ProfileId);

/// <summary>Ports that are not for devices: those of people, and of health and metrics.</summary>
public sealed record ReservedPorts(IReadOnlySet<int> Ports);
