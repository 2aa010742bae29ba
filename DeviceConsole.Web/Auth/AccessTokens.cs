using System.Security.Cryptography;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Web.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace DeviceConsole.Web.Auth;

/// <summary>An access token that was checked: which service account of which tenant, and the stamp it was given under.</summary>
public sealed record AccessToken(Guid Tenant, string ClientId, Guid Stamp, DateTimeOffset Expires);

/// <summary>Makes and checks access tokens: JWTs after RFC 9068, ES256 and nothing else (RFC 8725, 3.1).</summary>
public sealed class AccessTokens(SigningKeys keys, MasterKey masterKey, HostSettings settings, TimeProvider time)
{
    private const int MaximumLength = 8 * 1024;

    // What would let a token bring its own key (RFC 8725, 3.10) or ask for what is not understood (RFC 7515, 4.1.11).
    private static readonly string[] ForbiddenHeaders = ["jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "crit", "zip", "enc"];

    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false, SetDefaultTimesOnTokenCreation = false };

    /// <summary>A token for a service account.</summary>
    public async Task<string> IssueAsync(ClientState client, string scope, CancellationToken cancellationToken)
    {
        var key = await keys.ActiveAsync(cancellationToken);
        using var ecdsa = key.OpenPrivate(masterKey);
        var now = time.GetUtcNow().UtcDateTime;
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = BearerTokens.Type,
            Issuer = settings.PublicUrl,
            Audience = BearerTokens.Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + BearerTokens.Lifetime,
            SigningCredentials = new SigningCredentials(KeyOf(ecdsa, key.Id), SecurityAlgorithms.EcdsaSha256),
            Claims = new Dictionary<string, object>
            {
                ["sub"] = client.ClientId, ["client_id"] = client.ClientId, ["jti"] = Guid.NewGuid().ToString("n"), ["scope"] = scope,
                ["tenant"] = client.Tenant.ToString(), ["role"] = client.Role, ["stamp"] = client.Stamp.ToString(),
            },
        });
    }

    /// <summary>What the token says, or null where anything about it is wrong.</summary>
    public async Task<AccessToken?> CheckAsync(string text, CancellationToken cancellationToken)
    {
        if (text.Length > MaximumLength || !handler.CanReadToken(text)) return null;
        JsonWebToken unverified;
        try
        {
            unverified = handler.ReadJsonWebToken(text);
        }
        catch (Exception e) when (e is SecurityTokenException or ArgumentException)
        {
            return null;
        }
        if (unverified.Alg != SecurityAlgorithms.EcdsaSha256 || ForbiddenHeaders.Any(h => unverified.TryGetHeaderValue<object>(h, out _))) return null;
        if (unverified.Kid is not { Length: > 0 } kid || await keys.FindAsync(kid, cancellationToken) is not { } key) return null;
        using var ecdsa = key.OpenPublic();
        var result = await handler.ValidateTokenAsync(text, Parameters(KeyOf(ecdsa, key.Id)));
        return result.IsValid && result.SecurityToken is JsonWebToken token ? Read(token) : null;
    }

    private TokenValidationParameters Parameters(SecurityKey key) => new()
    {
        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
        ValidTypes = [BearerTokens.Type],
        ValidIssuer = settings.PublicUrl,
        ValidAudience = BearerTokens.Audience,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        RequireAudience = true,
        ValidateIssuerSigningKey = true,
        TryAllIssuerSigningKeys = false,
        IssuerSigningKey = key,
        LifetimeValidator = (notBefore, expires, _, _) => IsCurrent(notBefore, expires),
    };

    private bool IsCurrent(DateTime? notBefore, DateTime? expires)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return expires is { } end && now <= end + BearerTokens.ClockSkew && (notBefore is not { } start || now >= start - BearerTokens.ClockSkew);
    }

    private static AccessToken? Read(JsonWebToken token) =>
        token.TryGetPayloadValue<string>("client_id", out var client) && token.TryGetPayloadValue<string>("scope", out var scope) && scope.Split(' ').Contains(BearerTokens.Scope)
        && token.TryGetPayloadValue<string>("tenant", out var tenantText) && Guid.TryParse(tenantText, out var tenant)
        && token.TryGetPayloadValue<string>("stamp", out var stampText) && Guid.TryParse(stampText, out var stamp)
            ? new AccessToken(tenant, client, stamp, new DateTimeOffset(token.ValidTo, TimeSpan.Zero))
            : null;

    // Without the library's cache of signature providers: they would outlive the key object they hold.
    private static ECDsaSecurityKey KeyOf(ECDsa ecdsa, string id) =>
        new(ecdsa) { KeyId = id, CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } };
}
