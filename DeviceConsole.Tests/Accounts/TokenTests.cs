using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace DeviceConsole.Tests.Accounts;

/// <summary>Access tokens: RFC 6749 section 4.4, RFC 9068, RFC 6750, and what RFC 8725 warns of.</summary>
public sealed class TokenTests : IAsyncLifetime
{
    private AppHost host = null!;
    private Guid tenant;
    private ClientWithSecret client = null!;

    public async Task InitializeAsync()
    {
        host = await AppHost.StartAsync();
        tenant = await host.Database.CreateTenantAsync("acme");
        client = await host.CreateClientAsync(tenant);
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task A_client_gets_a_token_with_its_secret_in_the_form_or_in_the_header_and_the_token_checks()
    {
        (await RequestAsync(("client_id", client.Client.ClientId), ("client_secret", client.Secret))).Status.Should().Be(HttpStatusCode.OK);
        var (status, body, response) = await RequestAsync(Basic(client.Client.ClientId, client.Secret));
        status.Should().Be(HttpStatusCode.OK);
        response.Headers.CacheControl!.NoStore.Should().BeTrue();
        ((string)body["token_type"]!).Should().Be("Bearer");
        ((int)body["expires_in"]!).Should().Be(900);
        var token = new JsonWebToken((string)body["access_token"]!);
        token.Typ.Should().Be("at+jwt");
        token.Alg.Should().Be("ES256");
        token.Audiences.Should().Equal("deviceconsole-api");
        (await CheckAsync((string)body["access_token"]!)).Should().NotBeNull();
    }

    [Theory]
    [InlineData("acme.nosuch", "x")]
    [InlineData("nosuch.client", "x")]
    [InlineData("nodot", "x")]
    [InlineData("", "")]
    public async Task An_unknown_client_and_a_wrong_secret_get_the_same_answer(string id, string secret)
    {
        var unknown = await RequestAsync(Basic(id, secret));
        var wrong = await RequestAsync(Basic(client.Client.ClientId, client.Secret + "x"));
        unknown.Status.Should().Be(HttpStatusCode.Unauthorized);
        unknown.Response.Headers.WwwAuthenticate.Single().Scheme.Should().Be("Basic");
        unknown.Body.ToJsonString().Should().Be(wrong.Body.ToJsonString());
        ((string)unknown.Body["error"]!).Should().Be("invalid_client");
    }

    [Fact]
    public async Task Malformed_requests_get_the_errors_of_RFC_6749()
    {
        var credentials = Basic(client.Client.ClientId, client.Secret);
        (await ErrorAsync(credentials, ("grant_type", "password"))).Should().Be("unsupported_grant_type");
        (await ErrorAsync(credentials, ("grant_type", "client_credentials"), ("scope", "everything"))).Should().Be("invalid_scope");
        (await ErrorAsync(credentials, ("grant_type", "client_credentials"), ("client_secret", client.Secret))).Should().Be("invalid_request");
        (await ErrorAsync(credentials, ("grant_type", "client_credentials"), ("grant_type", "client_credentials"))).Should().Be("invalid_request");
        using var json = await host.Http.PostAsync(new Uri("/connect/token", UriKind.Relative), new StringContent("{}", Encoding.UTF8, "application/json"));
        json.StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Discovery_and_key_set_say_where_tokens_come_from_and_how_they_are_verified()
    {
        var discovery = JsonNode.Parse(await host.Http.GetStringAsync(new Uri("/.well-known/openid-configuration", UriKind.Relative)))!;
        ((string)discovery["issuer"]!).Should().Be(host.Address.ToString().TrimEnd('/'));
        var keys = JsonNode.Parse(await host.Http.GetStringAsync(new Uri((string)discovery["jwks_uri"]!)))!["keys"]!.AsArray();
        keys.Should().NotBeEmpty();
        keys.Should().OnlyContain(k => !k!.AsObject().ContainsKey("d"));
        // An independent library verifies a token with nothing but what is published.
        var set = new JsonWebKeySet(await host.Http.GetStringAsync(new Uri("/.well-known/jwks", UriKind.Relative)));
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(await TokenAsync(), new TokenValidationParameters
        {
            ValidIssuer = (string)discovery["issuer"]!, ValidAudience = BearerTokens.Audience, IssuerSigningKeys = set.GetSigningKeys(),
        });
        result.IsValid.Should().BeTrue();
    }

    [Fact]
    public async Task A_token_without_signature_is_refused()
    {
        var parts = (await TokenAsync()).Split('.');
        var header = Header(parts[0]);
        header["alg"] = "none";
        (await CheckAsync($"{Encode(header)}.{parts[1]}.")).Should().BeNull();
        (await CheckAsync($"{Encode(header)}.{parts[1]}.{parts[2]}")).Should().BeNull();
        (await CheckAsync($"{parts[0]}.{parts[1]}.")).Should().BeNull();
    }

    [Fact]
    public async Task A_token_signed_with_the_public_key_as_a_shared_secret_is_refused()
    {
        var parts = (await TokenAsync()).Split('.');
        var key = (await host.Get<SigningKeys>().PublishedAsync(CancellationToken.None))[0];
        using var ecdsa = key.OpenPublic();
        byte[][] secrets = [ecdsa.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(ecdsa.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(key.PublicJwk().ToJsonString())];
        var header = Header(parts[0]);
        header["alg"] = "HS256";
        var signed = $"{Encode(header)}.{parts[1]}";
        foreach (var secret in secrets)
            (await CheckAsync($"{signed}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)))}")).Should().BeNull();
    }

    [Theory]
    [InlineData("jku")]
    [InlineData("jwk")]
    [InlineData("x5u")]
    [InlineData("crit")]
    public async Task A_token_that_brings_its_own_key_or_asks_for_more_is_refused(string name)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var q = own.ExportParameters(false).Q;
        var jwk = new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64UrlEncoder.Encode(q.X), ["y"] = Base64UrlEncoder.Encode(q.Y) };
        var parts = (await TokenAsync()).Split('.');
        foreach (var kid in new[] { (string)Header(parts[0])["kid"]!, "mine", null })
        {
            var header = Header(parts[0]);
            header["kid"] = kid;
            header[name] = name switch { "jwk" => jwk.DeepClone(), "crit" => new JsonArray("exp"), _ => "http://127.0.0.1:1/keys" };
            var signed = $"{Encode(header)}.{parts[1]}";
            (await CheckAsync($"{signed}.{Base64UrlEncoder.Encode(own.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}")).Should().BeNull();
        }
        // Also with the console's own signature.
        (await CheckAsync(await SignAsync(h => h[name] = name == "crit" ? new JsonArray("exp") : "x", _ => { }))).Should().BeNull();
    }

    [Fact]
    public async Task A_token_for_another_audience_issuer_type_or_scope_is_refused()
    {
        (await CheckAsync(await SignAsync(_ => { }, _ => { }))).Should().NotBeNull("an untouched one signed the same way is taken");
        (await CheckAsync(await SignAsync(_ => { }, p => p["aud"] = "somebody-else"))).Should().BeNull();
        (await CheckAsync(await SignAsync(_ => { }, p => p.Remove("aud")))).Should().BeNull();
        (await CheckAsync(await SignAsync(_ => { }, p => p["iss"] = "https://evil.example"))).Should().BeNull();
        (await CheckAsync(await SignAsync(_ => { }, p => p["scope"] = "other"))).Should().BeNull();
        (await CheckAsync(await SignAsync(_ => { }, p => p.Remove("exp")))).Should().BeNull();
        (await CheckAsync(await SignAsync(h => h["typ"] = "JWT", _ => { }))).Should().BeNull();
        (await CheckAsync(await SignAsync(h => h.Remove("typ"), _ => { }))).Should().BeNull();
        (await CheckAsync(await SignAsync(h => h["kid"] = "../../etc/passwd", _ => { }))).Should().BeNull();
    }

    [Fact]
    public async Task A_token_is_taken_up_to_thirty_seconds_after_its_end_and_no_longer()
    {
        var token = await TokenAsync();
        host.Time.Move(BearerTokens.Lifetime + TimeSpan.FromSeconds(20));
        (await CheckAsync(token)).Should().NotBeNull();
        host.Time.Move(TimeSpan.FromSeconds(15));
        (await CheckAsync(token)).Should().BeNull();
    }

    [Fact]
    public async Task Random_bytes_and_cut_tokens_are_refused_and_nothing_else_happens()
    {
        var random = new Random(7);
        var token = await TokenAsync();
        for (var i = 0; i < 2000; i++)
        {
            var bytes = Encoding.ASCII.GetBytes(token);
            for (var n = random.Next(1, 4); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(33, 127);
            var text = Encoding.ASCII.GetString(bytes, 0, random.Next(1, bytes.Length + 1));
            if (text != token && !SameSignature(text, token)) (await CheckAsync(text)).Should().BeNull();
        }
    }

    [Fact]
    public async Task Revoked_tokens_are_refused_within_sixty_seconds_on_a_node_that_did_not_make_the_change()
    {
        foreach (var change in new[] { "UPDATE api_clients SET disabled = true", "UPDATE api_clients SET stamp = gen_random_uuid(), disabled = false", "UPDATE tenants SET status = 'suspended' WHERE slug = 'acme'", "DELETE FROM api_clients" })
        {
            await host.Database.ExecuteAsync("UPDATE api_clients SET disabled = false; UPDATE tenants SET status = 'active'");
            host.Time.Move(TimeSpan.FromSeconds(60));
            var token = await TokenAsync();
            (await LiveStatusAsync(token)).Should().Be(HttpStatusCode.OK);
            await host.Database.ExecuteAsync(change);
            host.Time.Move(TimeSpan.FromSeconds(60));
            (await LiveStatusAsync(token)).Should().Be(HttpStatusCode.Unauthorized, change);
        }
    }

    [Fact]
    public async Task Revoked_tokens_are_refused_at_once_on_the_node_that_made_the_change()
    {
        var token = await TokenAsync();
        (await LiveStatusAsync(token)).Should().Be(HttpStatusCode.OK);
        await host.Get<ClientService>().RotateSecretAsync(AppHost.Maker(tenant), client.Client.Id, CancellationToken.None);
        (await LiveStatusAsync(token)).Should().Be(HttpStatusCode.Unauthorized);
        (await RequestAsync(Basic(client.Client.ClientId, client.Secret))).Status.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_refused_token_is_told_as_RFC_6750_says()
    {
        using var response = await LiveAsync("nonsense");
        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.ToString().Should().StartWith("Bearer").And.Contain("error=\"invalid_token\"");
    }

    [Fact]
    public async Task A_token_is_never_wider_than_its_maker()
    {
        var service = host.Get<ClientService>();
        var device = Guid.CreateVersion7();
        var limited = AppHost.Maker(tenant) with { Scope = DeviceScope.Of([device]) };
        (await service.CreateAsync(AppHost.Maker(tenant, Roles.Operator), new ClientInput("x", Roles.Viewer), default)).Problem.Should().NotBeNull("an operator manages no accounts");
        (await service.CreateAsync(AppHost.Maker(tenant), new ClientInput("x", Roles.PlatformAdmin), default)).Problem.Should().NotBeNull();
        (await service.CreateAsync(limited, new ClientInput("x", Roles.Viewer, [Guid.NewGuid()]), default)).Problem.Should().NotBeNull();
        (await service.CreateAsync(limited with { Rights = Rights.View | Rights.ManageAccounts }, new ClientInput("x", Roles.Operator), default)).Problem.Should().NotBeNull();
        (await service.CreateAsync(limited, new ClientInput("x", Roles.Viewer), default)).Value.Client.Devices.Should().Equal(device);
        (await service.RotateSecretAsync(limited, client.Client.Id, default)).Problem.Should().NotBeNull("its scope is wider than the caller's");
    }

    [Fact]
    public async Task The_secret_is_stored_as_a_salted_hash_only()
    {
        var stored = await host.Database.ScalarAsync<byte[]>("SELECT secret_hash FROM api_clients WHERE client_id = $1", client.Client.ClientId);
        stored.Should().HaveCount(48);
        Encoding.Latin1.GetString(stored).Should().NotContain(client.Secret);
        var rows = await host.Database.ScalarAsync<string>("SELECT string_agg(a::text, ' ') FROM (SELECT a::text FROM api_clients a UNION ALL SELECT a::text FROM audit a) a");
        rows.Should().NotContain(client.Secret);
    }

    [Fact]
    public async Task An_address_that_guesses_secrets_has_to_wait()
    {
        for (var i = 0; i < AttemptThrottle.Maximum; i++) (await RequestAsync(Basic(client.Client.ClientId, "wrong"))).Status.Should().Be(HttpStatusCode.Unauthorized);
        (await RequestAsync(Basic(client.Client.ClientId, client.Secret))).Status.Should().Be(HttpStatusCode.TooManyRequests);
        host.Time.Move(AttemptThrottle.Window);
        (await RequestAsync(Basic(client.Client.ClientId, client.Secret))).Status.Should().Be(HttpStatusCode.OK);
    }

    private Task<AccessToken?> CheckAsync(string token) => host.Get<AccessTokens>().CheckAsync(token, CancellationToken.None);

    private async Task<string> TokenAsync()
    {
        var state = await host.Get<AccountStates>().GetClientAsync(tenant, client.Client.ClientId, CancellationToken.None);
        return await host.Get<AccessTokens>().IssueAsync(state!, BearerTokens.Scope, CancellationToken.None);
    }

    // A token with changes, signed with the console's own key.
    private async Task<string> SignAsync(Action<JsonObject> header, Action<JsonObject> payload)
    {
        var parts = (await TokenAsync()).Split('.');
        var (h, p) = (Header(parts[0]), Header(parts[1]));
        header(h);
        payload(p);
        using var key = (await host.Get<SigningKeys>().ActiveAsync(CancellationToken.None)).OpenPrivate(host.Get<MasterKey>());
        var signed = $"{Encode(h)}.{Encode(p)}";
        return $"{signed}.{Base64UrlEncoder.Encode(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    private async Task<HttpStatusCode> LiveStatusAsync(string token)
    {
        using var response = await LiveAsync(token);
        return response.StatusCode;
    }

    private async Task<HttpResponseMessage> LiveAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/test/whoami", UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await host.Http.SendAsync(request);
    }

    private async Task<string> ErrorAsync(AuthenticationHeaderValue credentials, params (string, string)[] fields) =>
        (string)(await SendAsync(credentials, fields)).Body["error"]!;

    private Task<(HttpStatusCode Status, JsonNode Body, HttpResponseMessage Response)> RequestAsync(AuthenticationHeaderValue credentials) =>
        SendAsync(credentials, [("grant_type", "client_credentials")]);

    private Task<(HttpStatusCode Status, JsonNode Body, HttpResponseMessage Response)> RequestAsync(params (string, string)[] fields) =>
        SendAsync(null, [("grant_type", "client_credentials"), .. fields]);

    private async Task<(HttpStatusCode Status, JsonNode Body, HttpResponseMessage Response)> SendAsync(AuthenticationHeaderValue? credentials, (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/connect/token", UriKind.Relative))
        {
            Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))),
        };
        request.Headers.Authorization = credentials;
        var response = await host.Http.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!, response);
    }

    private static AuthenticationHeaderValue Basic(string id, string secret) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{WebUtility.UrlEncode(id)}:{WebUtility.UrlEncode(secret)}")));

    private static JsonObject Header(string part) => JsonNode.Parse(Base64UrlEncoder.Decode(part))!.AsObject();

    private static string Encode(JsonObject part) => Base64UrlEncoder.Encode(part.ToJsonString());

    // The last character of a base64url text has bits that mean nothing.
    private static bool SameSignature(string text, string token) =>
        text.Length == token.Length && text[..^1] == token[..^1];
}
