using DeviceConsole.Core.Files;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Hosting;

namespace DeviceConsole.Web.Api.Files;

/// <summary>Downloads from pages: the browser's own session in place of a token.</summary>
public static class FileDownloads
{
    /// <summary>The address of a file's bytes.</summary>
    public static string Address(Guid id) => $"/library/files/{id}/content";

    /// <summary>Maps it behind the log-in.</summary>
    public static void MapFileDownloads(this IEndpointRouteBuilder app) =>
        app.MapGet("/library/files/{id:guid}/content", async (Guid id, HttpContext http, FileLibrary library) =>
        {
            if (ConsoleClaims.CallerFrom(http.User) is not { } caller) return Results.Unauthorized();
            var content = await library.OpenAsync(caller, id, http.RequestAborted);
            return content.Problem is null ? new FileResult(content.Value) : Results.NotFound();
        }).RequireAuthorization().OnUi().ExcludeFromDescription();
}
