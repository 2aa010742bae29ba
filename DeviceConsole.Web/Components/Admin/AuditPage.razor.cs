using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core;
using DeviceConsole.Core.Audit;
using DeviceConsole.Web.Auth;

namespace DeviceConsole.Web.Components.Admin;

/// <summary>The tenant's audit log, newest first.</summary>
public sealed partial class AuditPage(AuditLog log, CurrentCaller current)
{
    private const int PageSize = 50;

    // The page encodes what it shows; here the text is only laid out.
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private List<AuditRow>? rows;
    private string? next;
    private Problem? problem;

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadMoreAsync();

    private async Task LoadMoreAsync()
    {
        var page = await log.ListAsync(await current.GetAsync(), next, PageSize, CancellationToken.None);
        problem = page.Problem;
        if (!page.IsSuccess) return;
        rows = [.. rows ?? [], .. page.Value.Items];
        next = page.Value.Next;
    }

    private static string Pretty(string json) => JsonNode.Parse(json)?.ToJsonString(Layout) ?? "null";
}
