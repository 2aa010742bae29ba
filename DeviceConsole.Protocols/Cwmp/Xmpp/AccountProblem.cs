namespace DeviceConsole.Protocols.Cwmp.Xmpp;

/// <summary>Why an account could not be made at the XMPP server.</summary>
/// <param name="IsForbidden">The server does not let this console administer accounts.</param>
/// <param name="Reason">The server's word, or a sentence.</param>
internal sealed record AccountProblem(bool IsForbidden, string Reason);
