using System.Text.RegularExpressions;

namespace DeviceConsole.Simulator.Gateway;

/// <summary>Fetches a firmware image over HTTP.</summary>
public static partial class FirmwareFetch
{
    private const int MaximumImage = 64 * 1024 * 1024;

    /// <summary>The version that the file's name tells, as in hg-3.5.0.bin; or why the image could not be had.</summary>
    public static async Task<(string? Version, string? Problem)> FetchAsync(string url)
    {
        try
        {
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(1), MaxResponseContentBufferSize = MaximumImage };
            var bytes = await client.GetByteArrayAsync(new Uri(url));
            return Version().Match(url[(url.LastIndexOf('/') + 1)..]) is { Success: true } found ? (found.Value, null) : (FormattableString.Invariant($"9.{bytes.Length % 100}.0"), null);
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException or NotSupportedException or TaskCanceledException)
        {
            return (null, e is HttpRequestException { StatusCode: { } status } ? $"HTTP {(int)status}" : "The server does not answer");
        }
    }

    [GeneratedRegex(@"\d+(\.\d+)+")]
    private static partial Regex Version();
}
