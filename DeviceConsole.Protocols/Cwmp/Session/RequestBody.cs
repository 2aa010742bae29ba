using System.Buffers;
using System.IO.Compression;
using DeviceConsole.Protocols.Cwmp.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DeviceConsole.Protocols.Cwmp.Session;

/// <summary>A request's whole body, or the status that refuses it.</summary>
internal readonly record struct RequestBody(ReadOnlyMemory<byte> Bytes, int Refusal)
{
    /// <summary>
    /// Reads it, chunked or not, with gzip or deflate, never more than <see cref="CwmpEnvelope.MaximumBody"/> bytes of it before or after decompression.
    /// </summary>
    public static async Task<RequestBody> ReadAsync(HttpContext http, TimeSpan patience)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = CwmpEnvelope.MaximumBody;
        if (http.Request.ContentLength > CwmpEnvelope.MaximumBody) return new(default, StatusCodes.Status413PayloadTooLarge);
        if (http.Request.ContentLength == 0) return default;
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        cut.CancelAfter(patience);
        try
        {
            return await ReadAsync(http.Request, cut.Token);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            return new(default, StatusCodes.Status408RequestTimeout);
        }
        catch (InvalidDataException)
        {
            return new(default, StatusCodes.Status400BadRequest);
        }
        catch (BadHttpRequestException e)
        {
            return new(default, e.StatusCode);
        }
    }

    private static async Task<RequestBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        switch (request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant())
        {
            case "" or "identity":
                return await ReadAsync(request.Body, request.ContentLength, cancellationToken);
            case "gzip" or "x-gzip":
                await using (var gzip = new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true)) return await ReadAsync(gzip, null, cancellationToken);
            case "deflate":
                await using (var zlib = new ZLibStream(request.Body, CompressionMode.Decompress, leaveOpen: true)) return await ReadAsync(zlib, null, cancellationToken);
            default:
                return new(default, StatusCodes.Status415UnsupportedMediaType);
        }
    }

    private static async Task<RequestBody> ReadAsync(Stream stream, long? length, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(length is > 0 and <= 65_536 ? (int)length + 1 : 4_096);
        while (true)
        {
            var read = await stream.ReadAsync(buffer.GetMemory(4_096), cancellationToken);
            if (read == 0) return new(buffer.WrittenMemory, 0);
            buffer.Advance(read);
            if (buffer.WrittenCount > CwmpEnvelope.MaximumBody) return new(default, StatusCodes.Status413PayloadTooLarge);
        }
    }
}
