using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace DeviceConsole.Tests.Api;

/// <summary>Short ways to ask and to read answers.</summary>
internal static class Answers
{
    public static async Task<JsonObject> GetObjectAsync(this HttpClient client, string address)
    {
        using var answer = await client.GetAsync(new Uri(address, UriKind.RelativeOrAbsolute));
        answer.IsSuccessStatusCode.Should().BeTrue($"{address} answered {await answer.Content.ReadAsStringAsync()}");
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    public static async Task<(int Status, string Body, HttpResponseMessage Answer)> AskAsync(
        this HttpClient client, string method, string address, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        if (body is not null) request.Content = body is string text ? new StringContent(text, System.Text.Encoding.UTF8, "application/json") : JsonContent.Create(body);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        var answer = await client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer);
    }
}
