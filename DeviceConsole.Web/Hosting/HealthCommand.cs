using Microsoft.AspNetCore.Http;

namespace DeviceConsole.Web.Hosting;

/// <summary><c>health</c>: asks the running process beside it whether it lives. For container engines, whose images have no curl.</summary>
public static class HealthCommand
{
    /// <summary>0 where /health/live answers 200.</summary>
    public static async Task<int> RunAsync()
    {
        var configuration = WebHostSetup.CreateBuilder([]).Configuration;
        var listener = BindingAddress.Parse(First(configuration["DEVICECONSOLE_OPS_URL"]) ?? First(configuration["DEVICECONSOLE_UI_URL"]) ?? "http://127.0.0.1:5080");
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(4) };
        try
        {
            using var answer = await client.GetAsync(new UriBuilder(listener.Scheme, listener.Host is "0.0.0.0" or "[::]" or "*" or "+" ? "127.0.0.1" : listener.Host, listener.Port, "/health/live").Uri);
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"The application does not answer on port {listener.Port}: {e.Message}");
            return 1;
        }
    }

    private static string? First(string? urls) => urls?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
}
