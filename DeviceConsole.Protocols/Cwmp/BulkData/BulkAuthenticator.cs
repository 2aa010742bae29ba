using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Http;
using DeviceConsole.Protocols.Cwmp.Session;

namespace DeviceConsole.Protocols.Cwmp.BulkData;

/// <summary>What a device shows with a report: Digest (MD5, qop auth or none), or Basic that comes unasked (RFC 7616, RFC 7617).</summary>
internal sealed class BulkAuthenticator(BulkDataOptions options, TimeProvider time)
{
    private const string Algorithm = "MD5";
    private readonly DigestNonces nonces = new(options.NonceLifetime, time);

    /// <summary>True where it proves the profile's device. An unknown one is compared with nothing, and takes the same time.</summary>
    public bool Proves(string method, CallerCredentials shown, BulkCaller? caller, out bool isStale)
    {
        isStale = false;
        var (user, password) = (caller?.UserName ?? "", caller?.Password ?? "");
        var same = false;
        if (shown.Basic is { } basic) same = CwmpAuthenticator.Same(basic.User, user) & CwmpAuthenticator.Same(basic.Password, password);
        if (shown.Digest is { } digest)
        {
            isStale = !nonces.TryUse(digest["nonce"], digest["qop"].Length == 0 ? "" : digest["nc"]);
            same = Compare(method, digest, user, password) & !isStale;
        }
        return same && caller is not null && password.Length > 0;
    }

    /// <summary>The value of WWW-Authenticate.</summary>
    public string Challenge(bool isStale) => $"Digest realm=\"{CwmpAuthenticator.Realm}\", qop=\"auth\", algorithm={Algorithm}, nonce=\"{nonces.Create()}\"{(isStale ? ", stale=true" : "")}";

    private static bool Compare(string method, DigestHeader digest, string user, string password)
    {
        var (qop, algorithm) = (digest["qop"], digest["algorithm"]);
        if (qop is not ("auth" or "") || digest["realm"] != CwmpAuthenticator.Realm || !(algorithm.Length == 0 || algorithm.Equals(Algorithm, StringComparison.OrdinalIgnoreCase))) return false;
        var expected = new DigestHash(Algorithm, qop, method, digest["uri"], CwmpAuthenticator.Realm, digest["nonce"], digest["cnonce"], digest["nc"]).Compute(user, password);
        return CwmpAuthenticator.Same(digest["username"], user) & CwmpAuthenticator.Same(expected, digest["response"].ToLowerInvariant());
    }
}
