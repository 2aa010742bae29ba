using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Tests.Accounts;
using DeviceConsole.Web.Auth;

namespace DeviceConsole.Tests.Hosting;

/// <summary>Connections that stay open lose their rights with the account; addresses are believed from trusted proxies only.</summary>
public sealed class LostRightsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public Task An_event_stream_and_a_hub_are_closed_when_the_account_is_disabled_or_demoted() => Task.WhenAll(IsClosedAsync("disabled = true"), IsClosedAsync("role = 'viewer'"));

    private static async Task IsClosedAsync(string change)
    {
        await using var host = await AppHost.StartAsync();
        var tenant = await host.Database.CreateTenantAsync("acme");
        var client = await host.CreateClientAsync(tenant);
        var state = await host.Get<AccountStates>().GetClientAsync(tenant, client.Client.ClientId, default);
        var token = await host.Get<AccessTokens>().IssueAsync(state!, BearerTokens.Scope, default);
        using var patience = new CancellationTokenSource(Patience);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/jobs/events");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        using var stream = new StreamReader(await answer.Content.ReadAsStreamAsync(patience.Token));
        (await stream.ReadLineAsync(patience.Token)).Should().NotBeNull("the stream has begun");
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{host.Address.Authority}/hubs/live?access_token={token}"), patience.Token);
        await socket.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"json\",\"version\":1}\u001e"), WebSocketMessageType.Text, true, patience.Token);
        var buffer = new byte[16 * 1024];
        (await socket.ReceiveAsync(buffer, patience.Token)).Count.Should().BeGreaterThan(0, "the handshake is answered");
        var guard = host.Get<SessionGuard>();
        // The hub asks through the guard, the stream by a clock of its own.
        while (guard.Count < 1) await Task.Delay(50, patience.Token);

        await host.Database.ExecuteAsync($"UPDATE api_clients SET {change}");
        host.Time.Move(SessionCheck.Interval);
        await guard.CheckAllAsync(default);

        (await EndsAsync(() => ReadToEndAsync(stream, patience.Token))).Should().BeTrue("the stream is closed");
        (await EndsAsync(() => ReceiveToEndAsync(socket, buffer, patience.Token))).Should().BeTrue("the hub's connection is closed");
        while (guard.Count > 0) await Task.Delay(50, patience.Token);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("192.0.2.1", false)]
    [InlineData("", false)]
    public async Task The_forwarded_scheme_and_host_are_believed_from_trusted_peers_only(string proxies, bool believed)
    {
        await using var host = await AppHost.StartAsync(("DEVICECONSOLE_TRUSTED_PROXIES", proxies));
        using var page = new HttpRequestMessage(HttpMethod.Get, "/t/platform/login");
        page.Headers.Add("X-Forwarded-Proto", "https");
        using var form = await host.Http.SendAsync(page);
        var cookie = form.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("dc-form=", StringComparison.Ordinal));
        cookie.Contains("secure", StringComparison.OrdinalIgnoreCase).Should().Be(believed, cookie);

        using var negotiation = new HttpRequestMessage(HttpMethod.Post, "/hubs/live/negotiate?negotiateVersion=1");
        negotiation.Headers.Add("Origin", "https://console.example");
        negotiation.Headers.Add("X-Forwarded-Host", "console.example");
        negotiation.Headers.Add("X-Forwarded-Proto", "https");
        using var answer = await host.Http.SendAsync(negotiation);
        (answer.StatusCode != HttpStatusCode.Forbidden).Should().Be(believed, "another site may not open a connection, whatever name it says that it has");
    }

    private static async Task<bool> EndsAsync(Func<Task> read)
    {
        try
        {
            await read();
            return true;
        }
        catch (Exception e) when (e is IOException or WebSocketException or HttpRequestException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task ReadToEndAsync(StreamReader stream, CancellationToken cancellationToken)
    {
        while (await stream.ReadLineAsync(cancellationToken) is not null) { }
    }

    private static async Task ReceiveToEndAsync(ClientWebSocket socket, byte[] buffer, CancellationToken cancellationToken)
    {
        while ((await socket.ReceiveAsync(buffer, cancellationToken)).MessageType != WebSocketMessageType.Close) { }
    }
}
