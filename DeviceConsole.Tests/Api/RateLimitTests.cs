using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Api;

/// <summary>An application that gives a service account three requests at once and one a second after them.</summary>
public sealed class RateLimitTests
{
    [Fact]
    public async Task Too_many_requests_are_answered_with_429_and_with_the_seconds_to_wait_and_hold_back_nobody_else()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var app = await RunningApp.StartAsync(database, ("Api__Burst", "3"), ("Api__PerSecond", "1"));
        var tenant = await database.CreateTenantAsync();
        using var busy = await ClientAsync(database, app, tenant, "busy");
        using var other = await ClientAsync(database, app, tenant, "other");

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => busy.AskAsync("GET", "/api/v1/devices")));

        var refused = answers.Where(a => a.Status == 429).ToList();
        refused.Should().NotBeEmpty();
        answers.Where(a => a.Status != 429).Should().OnlyContain(a => a.Status == 200).And.NotBeEmpty();
        foreach (var (_, body, answer) in refused)
        {
            answer.Headers.RetryAfter!.Delta.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1)).And.BeLessThan(TimeSpan.FromMinutes(1));
            answer.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
            JsonNode.Parse(body)!["status"]!.GetValue<int>().Should().Be(429);
        }
        (await other.AskAsync("GET", "/api/v1/devices")).Status.Should().Be(200, "each account has a bucket of its own");
    }

    private static async Task<HttpClient> ClientAsync(TestDatabase database, RunningApp app, Guid tenant, string name)
    {
        var time = TimeProvider.System;
        var service = new ClientService(database.Sources, new TenantDirectory(database.Sources, time), new AccountStates(database.Sources, time));
        var made = (await service.CreateAsync(TestDatabase.CallerOf(tenant), new ClientInput(name, Roles.Viewer, null), default)).Value;
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials", ["client_id"] = made.Client.ClientId, ["client_secret"] = made.Secret,
        });
        using var answer = await app.Http.PostAsync(new Uri("/connect/token", UriKind.Relative), form);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        var client = new HttpClient { BaseAddress = app.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await answer.Content.ReadFromJsonAsync<JsonObject>())!["access_token"]!.GetValue<string>());
        return client;
    }
}
