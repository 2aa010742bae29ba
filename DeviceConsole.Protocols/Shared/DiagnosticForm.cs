using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Shared;

/// <summary>The form of the operation "Diagnose", the same over TR-069 and USP, and what is wrong with what stands in it.</summary>
internal static class DiagnosticForm
{
    public const string Id = "diagnose";
    public const string Ping = "ping";
    public const string TraceRoute = "traceroute";
    public const string Download = "download";
    public const string Upload = "upload";

    public static OperationDescriptor Create() => new(Id, "Diagnose", "Has the device test its line: ping, traceroute, download or upload.",
    [
        new("kind", "Test", FieldKind.Choice) { Required = true, Default = Ping, Choices = [new(Ping, "Ping"), new(TraceRoute, "Traceroute"), new(Download, "Download speed"), new(Upload, "Upload speed")] },
        new("target", "Host or address", FieldKind.Text) { Required = true, Placeholder = "www.example.net", Help = "A host for ping and traceroute; for the speed tests the address of a file or a place to upload to, http://…" },
        new("repetitions", "Pings", FieldKind.Number) { Default = "4", Minimum = 1, Maximum = 100 },
        new("size", "Upload (bytes)", FieldKind.Number) { Default = "10000000", Minimum = 1_000, Maximum = 2_000_000_000, Help = "How much the device sends in the upload test." },
        new("wait", "Wait (minutes)", FieldKind.Number) { Default = "10", Minimum = 1, Maximum = 1_440, Help = "How long the device may take." },
    ])
    {
        Writes = true, IsDiagnostic = true, Idempotent = false,
    };

    public static IEnumerable<FieldError> Check(JsonObject arguments)
    {
        var target = arguments.Text("target")?.Trim() ?? "";
        var isUrl = Uri.TryCreate(target, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" or "ftp" && url.UserInfo.Length == 0;
        if (arguments.Text("kind") is Download or Upload)
        {
            if (!isUrl) yield return new FieldError("target", "The speed tests need a whole address, for example http://speed.example.net/10MB.bin, without a user or password in it.");
        }
        else if (Uri.CheckHostName(target) == UriHostNameType.Unknown)
        {
            yield return new FieldError("target", "Enter a host's name or address, for example www.example.net.");
        }
        if (target.Length > 256) yield return new FieldError("target", "At most 256 characters.");
    }

    public static string Describe(JsonObject arguments) => arguments.Text("kind") switch
    {
        TraceRoute => $"Traceroute to {arguments.Text("target")}",
        Download => $"Test the download speed from {arguments.Text("target")}",
        Upload => $"Test the upload speed to {arguments.Text("target")}",
        _ => $"Ping {arguments.Text("target")}",
    };
}
