using DeviceConsole.Core.Protocols;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace DeviceConsole.Protocols.Files;

/// <summary>
/// Takes the file that a device sends to its link: by PUT, by POST as it is, or in a multipart form (its first part with a file). Whatever is wrong with a
/// link is one and the same 404; a name that leads elsewhere is 403; a file that is too large 413.
/// </summary>
internal sealed partial class FileUpload(IFileLinks links, TransferSlots slots, ILogger<FileUpload> logger)
{
    /// <summary>Answers PUT and POST.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        using var slot = slots.Take(http.Response);
        if (slot is null) return;
        var name = (string?)http.Request.RouteValues["name"];
        http.Response.StatusCode = name is { Length: > 0 } && Leads(name) ? StatusCodes.Status403Forbidden : await TakeAsync(http, name);
        // What is not read any more is not waited for.
        if (http.Response.StatusCode >= 400) http.Response.Headers.Connection = "close";
    }

    private async Task<int> TakeAsync(HttpContext http, string? name)
    {
        var (tenant, token) = ((string)http.Request.RouteValues["tenant"]!, (string)http.Request.RouteValues["token"]!);
        if (await links.OpenAsync(tenant, token, FileDirection.Upload, http.RequestAborted) is not { } link) return StatusCodes.Status404NotFound;
        if (http.Request.ContentLength > link.Limit + 4096) return StatusCodes.Status413PayloadTooLarge;
        // Counted while it is stored; forms have some more around the file.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = link.Limit + 4096;
        try
        {
            if (await OpenAsync(http.Request, http.RequestAborted) is not { } part) return StatusCodes.Status400BadRequest;
            if (part.Name is { } given && Leads(given)) return StatusCodes.Status403Forbidden;
            return await links.ReceiveAsync(link, part.Name ?? name, part.Content, http.RequestAborted) switch
            {
                FileReceipt.Stored => StatusCodes.Status201Created,
                FileReceipt.TooLarge => StatusCodes.Status413PayloadTooLarge,
                FileReceipt.Used => StatusCodes.Status404NotFound,
                _ => StatusCodes.Status400BadRequest,
            };
        }
        catch (BadHttpRequestException e)
        {
            return e.StatusCode;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            LogBroken(logger, link.Id, e.Message);
            return StatusCodes.Status400BadRequest;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            LogBroken(logger, link.Id, "The connection broke.");
            return StatusCodes.Status400BadRequest;
        }
    }

    private static async Task<(string? Name, Stream Content)?> OpenAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase)) return (null, request.Body);
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary);
        if (boundary.Length is 0 or > 200) return null;
        var parts = new MultipartReader(boundary.Value!, request.Body) { HeadersCountLimit = 16, HeadersLengthLimit = 4096 };
        for (var i = 0; i < 16 && await parts.ReadNextSectionAsync(cancellationToken) is { } part; i++)
        {
            if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition)) continue;
            var name = HeaderUtilities.RemoveQuotes(disposition.FileName);
            if (name.Length > 0) return (name.Value, part.Body);
        }
        return null;
    }

    private static bool Leads(string name) => name.Contains("..", StringComparison.Ordinal) || name.AsSpan().ContainsAny("/\\\0");

    [LoggerMessage(3501, LogLevel.Information, "A device's upload to link {Link} broke off: {Reason}")]
    private static partial void LogBroken(ILogger logger, Guid link, string reason);
}
