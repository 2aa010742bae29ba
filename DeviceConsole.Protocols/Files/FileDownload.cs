using System.Globalization;
using DeviceConsole.Core.Protocols;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Protocols.Files;

/// <summary>
/// Gives a device the file of its link: whole or in ranges (RFC 9110 §14), with a strong ETag, If-Range and If-None-Match. Whatever is wrong with
/// a link is one and the same 404.
/// </summary>
internal sealed partial class FileDownload(IFileLinks links, TransferSlots slots, FileServerOptions options, TimeProvider time, ILogger<FileDownload> logger)
{
    /// <summary>Answers GET and HEAD.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        using var slot = slots.Take(http.Response);
        if (slot is null) return;
        var (tenant, token) = ((string)http.Request.RouteValues["tenant"]!, (string)http.Request.RouteValues["token"]!);
        if (await links.OpenAsync(tenant, token, FileDirection.Download, http.RequestAborted) is not { File: { } file } link)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var tag = $"\"{Convert.ToHexStringLower([.. file.Sha256])}\"";
        Describe(http.Response, link, file, tag);
        if (Holds(http.Request.Headers.IfNoneMatch, tag))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        var range = IsRangeWanted(http.Request, link, tag) ? ByteRange.Parse(http.Request.Headers.Range, file.Size) : null;
        if (range is { Length: 0 })
        {
            http.Response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            http.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{file.Size}");
            return;
        }
        await SendAsync(http, link, range ?? new ByteRange(0, file.Size), range is not null);
    }

    private static void Describe(HttpResponse response, OpenLink link, FileFacts file, string tag)
    {
        response.ContentType = "application/octet-stream";
        response.Headers.AcceptRanges = "bytes";
        response.Headers.ETag = tag;
        response.Headers.LastModified = link.ModifiedAt.ToString("R", CultureInfo.InvariantCulture);
        response.Headers.CacheControl = "no-store";
        // RFC 9530: a device that knows it can check what it got.
        response.Headers["Repr-Digest"] = $"sha-256=:{Convert.ToBase64String([.. file.Sha256])}:";
    }

    private async Task SendAsync(HttpContext http, OpenLink link, ByteRange range, bool partial)
    {
        var size = link.File!.Size;
        http.Response.StatusCode = partial ? StatusCodes.Status206PartialContent : StatusCodes.Status200OK;
        http.Response.ContentLength = range.Length;
        if (partial) http.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {range.Offset}-{range.Offset + range.Length - 1}/{size}");
        if (HttpMethods.IsHead(http.Request.Method)) return;
        long sent = 0;
        var began = time.GetTimestamp();
        try
        {
            await foreach (var piece in links.ReadAsync(link, range.Offset, range.Length, http.RequestAborted))
            {
                await http.Response.Body.WriteAsync(piece, http.RequestAborted);
                sent += piece.Length;
                await SlowDownAsync(sent, began, http.RequestAborted);
            }
            // The last bytes count as sent once the connection has taken them.
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            LogBroken(logger, link.Id, sent, range.Length);
        }
        await links.DeliveredAsync(link, sent, sent == range.Length && range.Offset + range.Length == size, CancellationToken.None);
        // A file that was deleted in between: the device sees a connection that breaks, never a file that is too short.
        if (sent < range.Length) http.Abort();
    }

    private async Task SlowDownAsync(long sent, long began, CancellationToken cancellationToken)
    {
        if (options.BytesPerSecond <= 0) return;
        var due = TimeSpan.FromSeconds((double)sent / options.BytesPerSecond) - time.GetElapsedTime(began);
        if (due > TimeSpan.FromMilliseconds(20)) await Task.Delay(due, time, cancellationToken);
    }

    // §13.1.5: the range only where the file is still the one that the device has the rest of; a weak tag never matches.
    private static bool IsRangeWanted(HttpRequest request, OpenLink link, string tag)
    {
        if (!HttpMethods.IsGet(request.Method)) return false;
        var condition = request.Headers.IfRange.ToString();
        if (condition.Length == 0 || condition == tag) return true;
        return DateTimeOffset.TryParseExact(condition, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at.ToUnixTimeSeconds() == link.ModifiedAt.ToUnixTimeSeconds();
    }

    private static bool Holds(string? header, string tag) =>
        header is not null && header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Any(t => t == "*" || t == tag || t == "W/" + tag);

    [LoggerMessage(3500, LogLevel.Information, "A device broke off the download of link {Link} after {Sent} of {Length} bytes.")]
    private static partial void LogBroken(ILogger logger, Guid link, long sent, long length);
}
