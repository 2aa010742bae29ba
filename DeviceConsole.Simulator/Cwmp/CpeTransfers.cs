using System.Net;
using System.Text.RegularExpressions;
using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Simulator.Cwmp;

/// <summary>Fetches and sends files over HTTP, and says how it went as TransferComplete does.</summary>
public sealed partial class CpeTransfers(HomeGateway gateway, CpeQuirks quirks, TimeProvider time)
{
    private const int MaximumFile = 64 * 1024 * 1024;

    /// <summary>Fetches a file. The version is null where the file is no firmware, or could not be had.</summary>
    public async Task<(TransferComplete Report, string? Version)> DownloadAsync(Download request, CancellationToken cancellationToken)
    {
        var started = time.GetUtcNow();
        var (fault, length) = await FetchAsync(request, cancellationToken);
        var firmware = fault.Code == 0 && request.FileType.StartsWith('1');
        return (Report(request.CommandKey, fault, started), firmware ? VersionOf(request.Url, length) : null);
    }

    /// <summary>Fetches the file of a software module; the fault, or null where it came.</summary>
    public async Task<TransferFault?> FetchAsync(string url, CancellationToken cancellationToken)
    {
        var (fault, _) = await FetchAsync(new Download("", "", url, "", "", 0, "", 0, "", ""), cancellationToken);
        return fault.Code == 0 ? null : fault;
    }

    /// <summary>Sends the device's settings as a file.</summary>
    public async Task<TransferComplete> UploadAsync(Upload request, CancellationToken cancellationToken)
    {
        var started = time.GetUtcNow();
        var fault = quirks.TransferFault is { } code ? new TransferFault(code, "Simulated") : TransferFault.None;
        if (fault.Code != 0) return Report(request.CommandKey, fault, started);
        try
        {
            using var client = Client();
            using var content = new StringContent(string.Join('\n', gateway.Read("").Select(p => $"{p.Path}={p.Reported}")));
            using var response = await client.PutAsync(new Uri(request.Url), content, cancellationToken);
            if (!response.IsSuccessStatusCode) fault = new TransferFault(9011, $"HTTP {(int)response.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException)
        {
            fault = new TransferFault(9011, "The server does not answer");
        }
        return Report(request.CommandKey, fault, started);
    }

    private async Task<(TransferFault Fault, long Length)> FetchAsync(Download request, CancellationToken cancellationToken)
    {
        if (quirks.TransferFault is { } code) return (new TransferFault(code, "Simulated"), 0);
        try
        {
            using var client = Client();
            var bytes = await client.GetByteArrayAsync(new Uri(request.Url), cancellationToken);
            return request.FileSize > 0 && bytes.Length != request.FileSize ? (new TransferFault(9018, "The size is another one"), 0) : (TransferFault.None, bytes.Length);
        }
        catch (HttpRequestException e)
        {
            return (e.StatusCode is null ? new TransferFault(9015, "The server does not answer") : new TransferFault(e.StatusCode == HttpStatusCode.Unauthorized ? 9012 : 9016, $"HTTP {(int)e.StatusCode}"), 0);
        }
        catch (Exception e) when (e is UriFormatException or NotSupportedException)
        {
            return (new TransferFault(9013, "Only http and https"), 0);
        }
    }

    private TransferComplete Report(string key, TransferFault fault, DateTimeOffset started) =>
        new(key, fault, CwmpText.WriteTime(started), CwmpText.WriteTime(time.GetUtcNow()));

    private static HttpClient Client() => new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(1), MaxResponseContentBufferSize = MaximumFile };

    // The file's name tells the version, as in hg-3.5.0.bin; otherwise its length does.
    private static string VersionOf(string url, long length) => Version().Match(url[(url.LastIndexOf('/') + 1)..]) is { Success: true } found
        ? found.Value : FormattableString.Invariant($"9.{length % 100}.0");

    [GeneratedRegex(@"\d+(\.\d+)+")]
    private static partial Regex Version();
}
