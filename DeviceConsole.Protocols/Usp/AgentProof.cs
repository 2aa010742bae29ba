using System.Security.Cryptography;
using System.Text;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Usp;

/// <summary>Compares what an agent showed with what is stored for it.</summary>
internal static class AgentProof
{
    /// <summary>Over WebSocket: the token, or the endpoint ID alone where the endpoint's settings say that it suffices.</summary>
    public static CredentialCheck Check(CallCredentials stored, string? token)
    {
        // The same work whether there is something to compare with or not.
        var same = CryptographicOperations.FixedTimeEquals(Hash(token ?? ""), Hash(stored.Secrets.GetValueOrDefault("token") ?? ""));
        if (stored.Settings.Text("trust") == UspModuleDescriptor.TrustEndpointId) return CredentialCheck.Proved;
        return same && !string.IsNullOrEmpty(token) && stored.Settings.Text("trust") != UspModuleDescriptor.TrustCertificate ? CredentialCheck.Proved : CredentialCheck.Wrong;
    }

    /// <summary>Over MQTT: the broker let the agent's user publish under its own endpoint ID alone, so whoever is known is proved.</summary>
    public static CredentialCheck CheckBroker(CallCredentials stored) =>
        stored.Settings.Count > 0 || stored.Secrets.Count > 0 ? CredentialCheck.Proved : CredentialCheck.Wrong;

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
