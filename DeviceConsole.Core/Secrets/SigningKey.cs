using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace DeviceConsole.Core.Secrets;

/// <summary>An ECDSA key pair on P-256 that signs access tokens (ES256, RFC 7518, 3.4) for a while, and verifies them somewhat longer.</summary>
/// <param name="Id">Key id: the thumbprint of its public half (RFC 7638).</param>
/// <param name="X">Public point, base64url.</param>
/// <param name="Y">Public point, base64url.</param>
/// <param name="Sealed">The private half (PKCS #8), sealed for this id.</param>
/// <param name="ActiveAt">Signs from here; published before.</param>
/// <param name="RetiredAt">Signs until here.</param>
/// <param name="ExpiresAt">Verifies until here: the last token it signed has expired by then.</param>
public sealed record SigningKey(string Id, string X, string Y, byte[] Sealed, DateTimeOffset ActiveAt, DateTimeOffset RetiredAt, DateTimeOffset ExpiresAt)
{
    private const string Purpose = "signing-keys";

    /// <summary>The public half as a JSON Web Key (RFC 7517).</summary>
    public JsonObject PublicJwk() => new()
    {
        ["kty"] = "EC", ["use"] = "sig", ["alg"] = "ES256", ["crv"] = "P-256", ["kid"] = Id, ["x"] = X, ["y"] = Y,
    };

    /// <summary>The public half.</summary>
    public ECDsa OpenPublic() => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = Base64Url.DecodeFromChars(X), Y = Base64Url.DecodeFromChars(Y) },
    });

    /// <summary>Both halves, or <see cref="SecretUnreadableException"/>.</summary>
    public ECDsa OpenPrivate(MasterKey masterKey)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(new SecretBox(masterKey, Purpose).Open(Sealed, Id), out _);
        return key;
    }

    /// <summary>A new pair.</summary>
    public static SigningKey Create(MasterKey masterKey, DateTimeOffset activeAt, TimeSpan active, TimeSpan verification)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var (x, y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        var id = Base64Url.EncodeToString(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));
        var sealedKey = new SecretBox(masterKey, Purpose).Seal(key.ExportPkcs8PrivateKey(), id);
        return new SigningKey(id, x, y, sealedKey, activeAt, activeAt + active, activeAt + active + verification);
    }
}
