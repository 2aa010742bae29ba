using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Web.Hosting;

namespace DeviceConsole.Web.Auth;

/// <summary>
/// OAuth 2.0 client credentials (RFC 6749, 4.4), the discovery document (RFC 8414) and the key set (RFC 7517), at the
/// addresses that Duende IdentityServer uses.
/// </summary>
public static class TokenEndpoints
{
    private const string Discovery = "/.well-known/openid-configuration";
    private const string Keys = "/.well-known/openid-configuration/jwks";
    private const string Token = "/connect/token";

    /// <summary>Maps them.</summary>
    public static void MapTokens(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(Token, IssueAsync).AllowAnonymous().DisableAntiforgery().ExcludeFromDescription();
        endpoints.MapGet(Discovery, Describe).AllowAnonymous().ExcludeFromDescription();
        endpoints.MapGet(Keys, ListKeysAsync).AllowAnonymous().ExcludeFromDescription();
        endpoints.MapGet("/.well-known/jwks", ListKeysAsync).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<IResult> IssueAsync(HttpContext context, ClientService clients, AccessTokens tokens, AttemptThrottle throttle, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Pragma = "no-cache";
        if (!context.Request.HasFormContentType) return Error("invalid_request", "Send the parameters as application/x-www-form-urlencoded.");
        var form = await context.Request.ReadFormAsync(cancellationToken);
        if (form.Any(p => p.Value.Count > 1)) return Error("invalid_request", "A parameter is there twice.");
        if (!ClientCredentials.TryRead(context.Request.Headers.Authorization, form, out var credentials)) return Error("invalid_request", "Send the client's id and secret in one way: in the Authorization header or in the form.");
        if (credentials is null) return Unauthorized(context);
        var address = context.Connection.RemoteIpAddress;
        if (!throttle.TryBegin(address))
        {
            context.Response.Headers.RetryAfter = ((int)AttemptThrottle.Window.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
            return Results.Json(new { error = "slow_down", error_description = "Too many attempts from this address have failed. Wait and try again." }, statusCode: StatusCodes.Status429TooManyRequests);
        }
        var client = await clients.AuthenticateAsync(credentials.Id, credentials.Secret, cancellationToken);
        if (client is null) return Unauthorized(context);
        throttle.Succeeded(address);
        if (form["grant_type"] != "client_credentials") return Error("unsupported_grant_type", "The grant_type has to be client_credentials.");
        if (form["scope"] is { Count: > 0 } scope && scope != BearerTokens.Scope && scope != "") return Error("invalid_scope", $"The only scope is {BearerTokens.Scope}.");
        return Results.Json(new
        {
            access_token = await tokens.IssueAsync(client, BearerTokens.Scope, cancellationToken), token_type = "Bearer",
            expires_in = (int)BearerTokens.Lifetime.TotalSeconds, scope = BearerTokens.Scope,
        });
    }

    private static IResult Describe(HostSettings settings) => Results.Json(new
    {
        issuer = settings.PublicUrl, token_endpoint = settings.PublicUrl + Token, jwks_uri = settings.PublicUrl + Keys,
        grant_types_supported = (string[])["client_credentials"], response_types_supported = Array.Empty<string>(), scopes_supported = (string[])[BearerTokens.Scope],
        token_endpoint_auth_methods_supported = (string[])["client_secret_basic", "client_secret_post"],
        subject_types_supported = (string[])["public"], id_token_signing_alg_values_supported = (string[])["ES256"],
    });

    private static async Task<IResult> ListKeysAsync(HttpContext context, SigningKeys keys, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "public, max-age=300";
        var list = new JsonArray([.. (await keys.PublishedAsync(cancellationToken)).Select(k => k.PublicJwk())]);
        return Results.Text(new JsonObject { ["keys"] = list }.ToJsonString(), "application/json");
    }

    // RFC 6749, 5.2: 401 with the scheme that the client could have used.
    private static IResult Unauthorized(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"deviceconsole\", charset=\"UTF-8\"";
        return Results.Json(new { error = "invalid_client", error_description = "The client's id or secret is wrong, or the client is disabled." }, statusCode: StatusCodes.Status401Unauthorized);
    }

    private static IResult Error(string error, string description) =>
        Results.Json(new { error, error_description = description }, statusCode: StatusCodes.Status400BadRequest);
}

/// <summary>A client's id and secret, from the header (RFC 6749, 2.3.1: form-encoded, then Basic) or from the form.</summary>
internal sealed record ClientCredentials(string Id, string Secret)
{
    public override string ToString() => $"client {Id}";

    /// <summary>False where they come in two ways at once; null where there are none that can be read.</summary>
    public static bool TryRead(string? authorization, IFormCollection form, out ClientCredentials? credentials)
    {
        var inForm = form.ContainsKey("client_secret");
        credentials = inForm ? new ClientCredentials(form["client_id"].ToString(), form["client_secret"].ToString()) : null;
        if (string.IsNullOrEmpty(authorization)) return true;
        if (inForm) return false;
        credentials = FromHeader(authorization);
        return credentials is null || !form.ContainsKey("client_id") || form["client_id"] == credentials.Id;
    }

    private static ClientCredentials? FromHeader(string authorization)
    {
        const string Basic = "Basic ";
        if (!authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase)) return null;
        var bytes = new byte[authorization.Length];
        if (!Convert.TryFromBase64String(authorization[Basic.Length..].Trim(), bytes, out var length)) return null;
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : new ClientCredentials(WebUtility.UrlDecode(text[..colon]), WebUtility.UrlDecode(text[(colon + 1)..]));
    }
}
