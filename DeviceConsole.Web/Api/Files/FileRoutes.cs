using DeviceConsole.Core.Files;
using DeviceConsole.Web.Api.Shared;
using Microsoft.AspNetCore.Mvc;

namespace DeviceConsole.Web.Api.Files;

/// <summary>/api/v1/files: the library and what devices sent.</summary>
public static class FileRoutes
{
    // The library's own limit is smaller or says so in a sentence.
    private const long MaximumBody = 4L * 1024 * 1024 * 1024;

    /// <summary>Maps them.</summary>
    public static void MapFiles(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/files").WithTags("Files");
        group.MapGet("", ListAsync).Produces<ApiPage<LibraryFile>>()
            .Describe("listFiles", "List files", "Firmware, configurations and other files of the library, the newest first.");
        group.MapPost("", UploadAsync).Accepts<byte[]>("application/octet-stream", "*/*").Produces<LibraryFile>(StatusCodes.Status201Created).Problems(409, 413)
            .WithMetadata(new RequestSizeLimitAttribute(MaximumBody))
            .Describe("uploadFile", "Upload a file", "The body is the file. `name` is its name, `type` its type as TR-069 has it (`1 Firmware Upgrade Image`, `2 Web Content`, `3 Vendor Configuration File`, `4 Tone File`, `5 Ringer File`, `6 Stored Firmware Image`, `X 00D09E …`). A firmware needs `version`: exactly what devices report as SoftwareVersion when they run it. Size and SHA-256 are in the answer.");
        group.MapGet("/{id:guid}", GetAsync).Produces<LibraryFile>().Problems(404)
            .Describe("getFile", "Get a file's facts", "Name, type, version, size, SHA-256.");
        group.MapGet("/{id:guid}/content", ContentAsync).Produces(StatusCodes.Status200OK, contentType: "application/octet-stream").Problems(404)
            .Describe("getFileContent", "Download a file", "Its bytes. Configurations and logs hold passwords: it needs the right to manage devices, and the audit log says who took it.");
        group.MapDelete("/{id:guid}", DeleteAsync).Produces(StatusCodes.Status204NoContent).Problems(404)
            .Describe("deleteFile", "Delete a file", "Links that devices have to it end at once.");
        api.MapGet("/devices/{id:guid}/files", ReceivedAsync).WithTags("Devices").Produces<ApiPage<LibraryFile>>().Problems(404)
            .Describe("listDeviceFiles", "List what a device sent", "Configurations and logs that the device uploaded, the newest first.");
    }

    private static async Task<IResult> ListAsync(ApiCaller caller, FileLibrary library, CancellationToken cancellationToken)
    {
        var files = await library.ListAsync(caller.Caller, cancellationToken);
        return files.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<LibraryFile>(files.Value, null));
    }

    private static async Task<IResult> UploadAsync(ApiCaller caller, HttpRequest request, FileLibrary library, CancellationToken cancellationToken,
        string name = "", string type = "", string version = "", string manufacturer = "", string model = "", string note = "")
    {
        var input = new FileInput(name, type) { Version = version, Manufacturer = manufacturer, Model = model, Note = note };
        var stored = await library.UploadAsync(caller.Caller, input, request.Body, cancellationToken);
        return stored.Problem is { } problem ? problem.ToResult() : Results.Created($"/api/v1/files/{stored.Value.Id}", stored.Value);
    }

    private static async Task<IResult> GetAsync(ApiCaller caller, Guid id, FileLibrary library, CancellationToken cancellationToken)
    {
        var file = await library.GetAsync(caller.Caller, id, cancellationToken);
        return file.Problem is { } problem ? problem.ToResult() : Results.Ok(file.Value);
    }

    private static async Task<IResult> ContentAsync(ApiCaller caller, Guid id, FileLibrary library, CancellationToken cancellationToken)
    {
        var content = await library.OpenAsync(caller.Caller, id, cancellationToken);
        return content.Problem is { } problem ? problem.ToResult() : new FileResult(content.Value);
    }

    private static async Task<IResult> DeleteAsync(ApiCaller caller, Guid id, FileLibrary library, CancellationToken cancellationToken)
    {
        var deleted = await library.DeleteAsync(caller.Caller, id, cancellationToken);
        return deleted.Problem is { } problem ? problem.ToResult() : Results.NoContent();
    }

    private static async Task<IResult> ReceivedAsync(ApiCaller caller, Guid id, FileLibrary library, CancellationToken cancellationToken)
    {
        var files = await library.ReceivedAsync(caller.Caller, id, cancellationToken);
        return files.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<LibraryFile>(files.Value, null));
    }
}
