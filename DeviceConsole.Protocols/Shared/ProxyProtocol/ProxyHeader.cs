using System.Net;

namespace DeviceConsole.Protocols.Shared.ProxyProtocol;

/// <summary>What a balancer says of a connection before it passes it on.</summary>
/// <param name="Source">Who called the balancer; null where the header says nothing of it (its own health checks, UNKNOWN): the peer stands for itself.</param>
/// <param name="Destination">Whom it called; null likewise.</param>
public sealed record ProxyHeader(IPEndPoint? Source, IPEndPoint? Destination)
{
    /// <summary>A header without addresses.</summary>
    public static ProxyHeader Unknown { get; } = new(null, null);
}

/// <summary>The bytes are no PROXY header, or a wrong one; the message is a sentence.</summary>
public sealed class ProxyHeaderException(string message) : Exception(message);

/// <summary>What the first bytes of a connection look like.</summary>
public enum ProxyHeaderLook
{
    /// <summary>Anything else.</summary>
    Other,

    /// <summary>Too few to tell.</summary>
    Maybe,

    /// <summary>A PROXY header.</summary>
    Header,
}
