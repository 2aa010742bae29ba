using System.Text.Encodings.Web;
using DeviceConsole.Core.Accounts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace DeviceConsole.Web.Auth;

/// <summary>Reads access tokens from the Authorization header (RFC 6750) and compares them with the service account as it is now.</summary>
public sealed class BearerHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, AccessTokens tokens, AccountStates states, SessionCheck check)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private const string Prefix = "Bearer ";

    /// <inheritdoc />
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.NoResult();
        if (await tokens.CheckAsync(header[Prefix.Length..].Trim(), Context.RequestAborted) is not { } token) return AuthenticateResult.Fail("The token is not valid.");
        if (await states.GetClientAsync(token.Tenant, token.ClientId, Context.RequestAborted) is not { } client || client.Stamp != token.Stamp) return AuthenticateResult.Fail("The token was revoked.");
        var principal = ConsoleClaims.ForClient(client, token.Expires);
        return await check.CheckAsync(principal, Context.RequestAborted) == SessionVerdict.Valid
            ? AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name))
            : AuthenticateResult.Fail("The token was revoked.");
    }

    /// <inheritdoc />
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var failed = (await HandleAuthenticateOnceSafeAsync()).Failure is not null;
        Response.Headers.Append(HeaderNames.WWWAuthenticate, failed
            ? "Bearer realm=\"deviceconsole\", error=\"invalid_token\", error_description=\"The access token is not valid, has expired or was revoked.\""
            : "Bearer realm=\"deviceconsole\"");
        await WriteAsync(StatusCodes.Status401Unauthorized, failed
            ? "The access token is not valid, has expired or was revoked. Ask /connect/token for another."
            : "Send an access token in the header 'Authorization: Bearer …'; /connect/token gives one to service accounts.");
    }

    /// <inheritdoc />
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        WriteAsync(StatusCodes.Status403Forbidden, "The role of this service account does not allow it.");

    private Task WriteAsync(int status, string detail)
    {
        if (Response.HasStarted) return Task.CompletedTask;
        Response.StatusCode = status;
        return Response.WriteAsJsonAsync(new ProblemDetails { Status = status, Title = status == 401 ? "Unauthorized" : "Forbidden", Detail = detail, Type = "about:blank" },
            options: null, contentType: "application/problem+json");
    }
}
