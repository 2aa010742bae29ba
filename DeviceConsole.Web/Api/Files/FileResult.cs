using DeviceConsole.Core.Files;
using Microsoft.Net.Http.Headers;

namespace DeviceConsole.Web.Api.Files;

/// <summary>
/// A file as an attachment, piece by piece. A device's file may be a page or a script: it is never shown by a browser, only kept.
/// </summary>
public sealed class FileResult(FileContent content) : IResult
{
    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/octet-stream";
        response.ContentLength = content.File.Size;
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(content.File.Name);
        response.Headers.ContentDisposition = disposition.ToString();
        response.Headers.CacheControl = "no-store";
        await foreach (var piece in content.Pieces.WithCancellation(httpContext.RequestAborted)) await response.Body.WriteAsync(piece, httpContext.RequestAborted);
    }
}
