using System.Security.Cryptography;
using System.Text;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Http;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp.Session;

/// <summary>Compares what a device shows with what is stored, and makes challenges (TR-069 §3.4.5).</summary>
internal sealed class CwmpAuthenticator(CwmpOptions options, TimeProvider time)
{
    /// <summary>The realm of every challenge.</summary>
    public const string Realm = "DeviceConsole";

    private static readonly byte[] CompareKey = RandomNumberGenerator.GetBytes(32);
    private readonly DigestNonces nonces = new(options.NonceLifetime, time);

    /// <summary>One Inform's proof: the nonce is used up once, however many candidates it is compared with.</summary>
    public CallProof Begin(string method, CallerCredentials caller, ReadOnlyMemory<byte> body = default) =>
        new(method, caller, body, caller.Digest is { } digest && nonces.TryUse(digest["nonce"], digest["qop"].Length == 0 ? "" : digest["nc"]));

    /// <summary>
    /// The value of WWW-Authenticate: one challenge only, because several break old devices. Digest with MD5 and qop auth, unless the endpoint says otherwise.
    /// </summary>
    public string Challenge(CallProof proof) => proof.WantsBasic
        ? $"Basic realm=\"{Realm}\""
        : $"Digest realm=\"{Realm}\", {(proof.Qop == CwmpModuleDescriptor.QopNone ? "" : $"qop=\"{proof.Qop}\", ")}algorithm={proof.Algorithm}, nonce=\"{nonces.Create()}\"{(proof.IsStale ? ", stale=true" : "")}";

    /// <summary>Equal or not, in the same time whatever the texts are.</summary>
    internal static bool Same(string left, string right) =>
        CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(CompareKey, Encoding.UTF8.GetBytes(left)), HMACSHA256.HashData(CompareKey, Encoding.UTF8.GetBytes(right)));
}

/// <summary>What one Inform shows, compared with candidates.</summary>
internal sealed class CallProof(string method, CallerCredentials caller, ReadOnlyMemory<byte> body, bool nonceIsFresh)
{
    /// <summary>What the endpoint that it was compared with wants of Digest.</summary>
    public string Algorithm { get; private set; } = CwmpModuleDescriptor.Md5;

    /// <summary>The qop that it wants; <see cref="CwmpModuleDescriptor.QopNone"/> for a challenge without.</summary>
    public string Qop { get; private set; } = CwmpModuleDescriptor.QopAuth;

    /// <summary>It answers a challenge that is too old or was answered before: it gets a new one, and nothing is recorded.</summary>
    public bool IsStale => caller.Digest is not null && !nonceIsFresh;

    /// <summary>
    /// It answers with a nonce that no console gives: a device that keeps only the beginning of a nonce, or that answers without having read the challenge.
    /// It would be challenged for ever, so that is worth a note.
    /// </summary>
    public bool HasForeignNonce => caller.Digest is { } digest && !DigestNonces.HasForm(digest["nonce"]);

    /// <summary>The endpoint that it was compared with accepts nothing but Basic.</summary>
    public bool WantsBasic { get; private set; }

    /// <summary>The device showed the password that is stored as its present one, and none that is accepted beside it.</summary>
    public bool ShowsPresent { get; private set; }

    /// <summary>Compares. A user's name that is not stored may be any; a password that is not stored proves nothing.</summary>
    public CredentialCheck Verify(CallCredentials stored)
    {
        var accepted = stored.Settings.Text(CwmpModuleDescriptor.Authentication) ?? CwmpModuleDescriptor.DigestOrBasic;
        if (accepted == CwmpModuleDescriptor.NoAuthentication) return CredentialCheck.Proved;
        if (accepted == CwmpModuleDescriptor.CertificateOnly) return CredentialCheck.Wrong;
        WantsBasic = accepted == CwmpModuleDescriptor.BasicOnly;
        Algorithm = stored.Settings.Text(CwmpModuleDescriptor.DigestAlgorithm) ?? CwmpModuleDescriptor.Md5;
        Qop = stored.Settings.Text(CwmpModuleDescriptor.DigestQop) ?? CwmpModuleDescriptor.QopAuth;
        if (IsStale || caller is { Basic: null, Digest: null }) return CredentialCheck.Missing;
        var user = stored.Secrets.GetValueOrDefault(CwmpModuleDescriptor.UserName);
        var same = false;
        foreach (var (password, isPresent) in OwnCredentials.Accepted(stored))
        {
            if (!(Compare(password, accepted) & password.Length > 0)) continue;
            same = true;
            ShowsPresent |= isPresent;
        }
        var named = string.IsNullOrEmpty(user) || CwmpAuthenticator.Same(caller.User ?? "", user);
        return same && named ? CredentialCheck.Proved : CredentialCheck.Wrong;
    }

    private bool Compare(string password, string accepted) => caller.Basic is { } basic
        ? CwmpAuthenticator.Same(basic.Password, password) & accepted != CwmpModuleDescriptor.DigestOnly
        : CompareDigest(caller.Digest!, password) & accepted != CwmpModuleDescriptor.BasicOnly;

    // The target's URI is taken as the device writes it: proxies change paths, and the nonce is what prevents a replay.
    private bool CompareDigest(DigestHeader digest, string password)
    {
        var qop = digest["qop"];
        // What the endpoint wants, and nothing weaker; an answer without qop is taken as long as the content is not to be protected.
        var wanted = qop == Qop || (qop.Length == 0 && Qop is CwmpModuleDescriptor.QopAuth or CwmpModuleDescriptor.QopNone) || (qop is "auth" or "auth-int" && Qop == CwmpModuleDescriptor.QopNone);
        var algorithm = digest["algorithm"] is { Length: > 0 } named ? named : CwmpModuleDescriptor.Md5;
        if (digest["realm"] != CwmpAuthenticator.Realm || !wanted || !algorithm.Equals(Algorithm, StringComparison.OrdinalIgnoreCase)) return false;
        var expected = new DigestHash(algorithm, qop, method, digest["uri"], CwmpAuthenticator.Realm, digest["nonce"], digest["cnonce"], digest["nc"]) { Body = body }.Compute(digest["username"], password);
        return CwmpAuthenticator.Same(expected, digest["response"].ToLowerInvariant());
    }
}
