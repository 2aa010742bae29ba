using System.Net;
using DeviceConsole.Core.Protocols;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace DeviceConsole.Protocols.Cwmp.Session;

/// <summary>One HTTP request as the session sees it.</summary>
/// <param name="TenantSlug">Of the address; null on the shared one.</param>
/// <param name="Remote">The device's address, or its proxy's.</param>
/// <param name="Cookie">The session's cookie, or null.</param>
/// <param name="Credentials">What the device shows.</param>
/// <param name="Connection">What is remembered of the TCP connection.</param>
internal sealed record HttpCall(string? TenantSlug, IPAddress? Remote, string? Cookie, CallerCredentials Credentials, ConnectionMemory Connection)
{
    /// <summary>For people.</summary>
    public string Transport { get; init; } = "HTTP";

    /// <summary>The device's certificate, where somebody vouches for it.</summary>
    public DeviceCertificate? Certificate { get; init; }

    /// <summary>Of a request.</summary>
    public static HttpCall Of(HttpContext http)
    {
        var remote = http.Connection.RemoteIpAddress;
        return new HttpCall(
            http.Request.RouteValues["tenant"] as string,
            remote is { IsIPv4MappedToIPv6: true } ? remote.MapToIPv4() : remote,
            SessionCookie.Read(http.Request.Headers.Cookie),
            CallerCredentials.Parse(http.Request.Headers.Authorization),
            ConnectionMemory.Of(http.Features.Get<IConnectionItemsFeature>()?.Items))
        {
            Transport = http.Request.IsHttps ? "HTTPS" : "HTTP", Certificate = http.Features.Get<DeviceCertificate>(),
        };
    }
}

/// <summary>
/// The session of a TCP connection, for devices that never send their cookie back. A connection on which two devices called is a proxy's: there nothing but the cookie counts.
/// </summary>
internal sealed class ConnectionMemory
{
    private static readonly object Key = new();
    private string? identity;
    private string? cookie;
    private bool shared;

    /// <summary>The cookie of the connection's session, or null.</summary>
    public string? Cookie => shared ? null : cookie;

    /// <summary>Of a connection.</summary>
    public static ConnectionMemory Of(IDictionary<object, object?>? items)
    {
        if (items is null) return new ConnectionMemory();
        if (items.TryGetValue(Key, out var known) && known is ConnectionMemory memory) return memory;
        memory = new ConnectionMemory();
        items[Key] = memory;
        return memory;
    }

    /// <summary>A device called.</summary>
    public void Called(string device)
    {
        shared |= identity is not null && identity != device;
        identity = device;
    }

    /// <summary>Its session began.</summary>
    public void Began(string session) => cookie = session;
}
