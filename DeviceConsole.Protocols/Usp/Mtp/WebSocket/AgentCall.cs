using System.Net.Http.Headers;
using System.Text;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DeviceConsole.Protocols.Usp.Mtp.WebSocket;

/// <summary>What an upgrade request says: who calls which tenant, and what it shows.</summary>
internal sealed record AgentCall(DeviceCall Call, string? Token)
{
    private const string Extension = "bbf-usp-protocol";

    /// <summary>The form in which the endpoint ID came: agents of version 1.2 and older send it as an extension and want the controller's back.</summary>
    public bool ByExtension { get; private init; }

    /// <summary>Reads the request; the endpoint ID is empty where there is none.</summary>
    public static AgentCall Read(HttpContext context)
    {
        var request = context.Request;
        var byQuery = request.Query["eid"].ToString();
        var byExtension = EndpointIdOfExtension(request.Headers.SecWebSocketExtensions.ToString());
        var (user, password) = Credentials(request.Headers.Authorization.ToString());
        var call = new DeviceCall(UspModuleDescriptor.Id, context.GetRouteValue("tenant")?.ToString(), byQuery.Length > 0 ? byQuery : byExtension ?? "")
        {
            Remote = context.Connection.RemoteIpAddress, Transport = request.IsHttps ? "WebSocket, TLS" : "WebSocket", UserName = user, Certificate = context.Features.Get<DeviceCertificate>(),
        };
        var token = password ?? context.GetRouteValue("token")?.ToString() ?? request.Query["token"].ToString();
        return new AgentCall(call, token.Length == 0 ? null : token) { ByExtension = byExtension is not null };
    }

    // bbf-usp-protocol; eid="os::012345-ABC"
    private static string? EndpointIdOfExtension(string header)
    {
        foreach (var extension in header.Split(','))
        {
            var parts = extension.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0] != Extension) continue;
            var id = parts.Skip(1).FirstOrDefault(p => p.StartsWith("eid=", StringComparison.Ordinal));
            return id is null ? "" : id[4..].Trim('"');
        }
        return null;
    }

    private static (string? User, string? Password) Credentials(string header)
    {
        if (!AuthenticationHeaderValue.TryParse(header, out var value) || value.Parameter is not { Length: > 0 and <= 4_096 } parameter) return (null, null);
        if (value.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)) return (null, parameter);
        if (!value.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)) return (null, null);
        var bytes = new byte[parameter.Length];
        if (!Convert.TryFromBase64String(parameter, bytes, out var length)) return (null, null);
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (null, null) : (text[..colon], text[(colon + 1)..]);
    }

    /// <summary>Prints no secret.</summary>
    public override string ToString() => Call.Identity;
}
