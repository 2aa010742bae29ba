using System.Net;
using System.Net.Http.Headers;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Tests.Accounts;
using DeviceConsole.Web.Auth;

namespace DeviceConsole.Tests.Hosting;

/// <summary>Where a proxy cannot hold streams open, they are switched off; the hub goes on.</summary>
public sealed class ServerSentEventsTests
{
    [Theory]
    [InlineData("true", HttpStatusCode.OK)]
    [InlineData("false", HttpStatusCode.NotFound)]
    public async Task The_event_stream_can_be_switched_off_and_the_hub_stays(string on, HttpStatusCode expected)
    {
        await using var host = await AppHost.StartAsync(("Api:ServerSentEvents", on));
        var tenant = await host.Database.CreateTenantAsync("acme");
        var client = await host.CreateClientAsync(tenant);
        var state = await host.Get<AccountStates>().GetClientAsync(tenant, client.Client.ClientId, default);
        var token = await host.Get<AccessTokens>().IssueAsync(state!, BearerTokens.Scope, default);
        host.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

        using var stream = await host.Http.GetAsync(new Uri("/api/v1/jobs/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var hub = await host.Http.PostAsync(new Uri("/hubs/live/negotiate?negotiateVersion=1", UriKind.Relative), null);

        stream.StatusCode.Should().Be(expected);
        hub.StatusCode.Should().Be(HttpStatusCode.OK);
    }
}
