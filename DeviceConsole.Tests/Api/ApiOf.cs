using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Api;

/// <summary>Clients of the API of any application process, each with a token of a service account of its own.</summary>
internal sealed class ApiOf(TestDatabase database, RunningApp app) : IAsyncDisposable
{
    private readonly List<HttpClient> clients = [];

    /// <summary>A client with the token of a new service account.</summary>
    public async Task<HttpClient> ClientAsync(Guid tenant, string role = Roles.TenantAdmin) => With(await TokenAsync(tenant, role), app.Address);

    /// <summary>A token of a new service account.</summary>
    public async Task<string> TokenAsync(Guid tenant, string role = Roles.TenantAdmin)
    {
        var time = TimeProvider.System;
        var service = new ClientService(database.Sources, new TenantDirectory(database.Sources, time), new AccountStates(database.Sources, time));
        var made = (await service.CreateAsync(TestDatabase.CallerOf(tenant), new ClientInput(role, role, null), default)).Value;
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = made.Client.ClientId, ["client_secret"] = made.Secret });
        using var answer = await app.Http.PostAsync(new Uri("/connect/token", UriKind.Relative), form);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!["access_token"]!.GetValue<string>();
    }

    /// <summary>A client with a token at any address; where one shows a certificate, it has to be the given one.</summary>
    public HttpClient With(string token, Uri address, X509Certificate2? certificate = null)
    {
        var handler = new SocketsHttpHandler { UseCookies = false };
        if (certificate is not null) handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetRawCertData().AsSpan().SequenceEqual(certificate.RawData) };
        var client = new HttpClient(handler) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        clients.Add(client);
        return client;
    }

    public ValueTask DisposeAsync()
    {
        foreach (var client in clients) client.Dispose();
        return ValueTask.CompletedTask;
    }
}
