using System.Text.Json.Nodes;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.WebPa;

/// <summary>WebPA/XMiDT as a module of the product: devices hold a WebSocket open and answer what it carries.</summary>
public sealed class WebPaModule : ISessionProtocol, IConnectable
{
    /// <inheritdoc />
    public ProtocolDescriptor Descriptor { get; } = WebPaDescriptor.Create();

    /// <inheritdoc />
    public IdentityCheck CheckIdentity(string text) => WebPaIdentity.Check(text);

    /// <inheritdoc />
    public CertificateMatch MatchCertificate(DeviceCertificate certificate, string identity, JsonObject settings) => WebPaCertificate.Match(certificate, identity, settings);

    /// <inheritdoc />
    public IReadOnlyList<FieldError> CheckSettings(JsonObject settings) =>
        settings.Text(WebPaDescriptor.Service) is { } service && !service.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? [new FieldError(WebPaDescriptor.Service, "A service's name has letters, digits, dots, dashes and underscores.")]
            : [];

    /// <inheritdoc />
    public IReadOnlyList<FieldError> CheckArguments(string operation, JsonObject arguments) => [.. WebPaArguments.Check(operation, arguments)];

    /// <inheritdoc />
    public string Describe(string operation, JsonObject arguments) => operation switch
    {
        "get" => $"Get {Few(arguments.List("names"))}",
        "refresh" => $"Refresh {arguments.Text("path")}",
        "set" => $"Set {Few([.. arguments.Rows("values").Select(Setting)])}",
        "test-and-set" => $"Test and set {Few([.. arguments.Rows("values").Select(Setting)])}",
        "get-attributes" => $"Get attributes of {Few(arguments.List("names"))}",
        "set-attributes" => $"Set attributes of {Few([.. arguments.Rows("attributes").Select(r => r.Text("name") ?? "")])}",
        "add-row" => $"Add row to {arguments.Text("table")}",
        "replace-rows" => $"Replace rows of {arguments.Text("table")}",
        "delete-row" => $"Delete row {arguments.Text("row")}",
        FirmwareForm.Id => FirmwareForm.Describe(arguments),
        "reboot" => "Reboot",
        _ => operation,
    };

    /// <inheritdoc />
    public Task<string> WakeAsync(ProtocolTarget target, CancellationToken cancellationToken) =>
        Task.FromResult("The device is not connected. WebPA devices connect by themselves; the job runs when it does.");

    /// <inheritdoc />
    public ConnectGuide Connect(ConnectContext context)
    {
        var address = $"{context.DeviceAddress.ToString().TrimEnd('/')}/webpa/{context.TenantSlug}";
        return new ConnectGuide(
            [
                new ConnectLine("Address", $"{address}/api/v2/device"),
                new ConnectLine("Address on which stock parodus calls (the device's name finds the tenant)", $"{context.DeviceAddress.ToString().TrimEnd('/')}/api/v2/device"),
                new ConnectLine("parodus option", $"--webpa-url={context.DeviceAddress.ToString().TrimEnd('/')}"),
                new ConnectLine("Header", context.Enrols ? "Authorization: Bearer <the device's token; the enrolment's for a new one>" : "Authorization: Bearer <the device's token>"),
            ],
            "Start parodus with this address and the device's MAC address; add the device here under the same name, with its token. A parodus without a token is let in where the device's settings say that its name alone is enough.");
    }

    /// <summary>The values that a write asks for; the objects that a delete names.</summary>
    internal static IReadOnlyList<ParameterValue> Asked(string operation, JsonObject arguments) => operation switch
    {
        "set" or "test-and-set" => [.. arguments.Rows("values").Select(r => new ParameterValue(r.Text("name")!, r.Text("value") ?? "", r.Text("type") ?? "string") { Writable = true })],
        "set-attributes" => [.. arguments.Rows("attributes").Select(r => new ParameterValue(r.Text("name")!, null, "attribute"))],
        "add-row" => [.. arguments.Rows("values").Select(r => new ParameterValue(r.Text("name")!, r.Text("value") ?? "", "string") { Writable = true })],
        "delete-row" => [new ParameterValue(arguments.Text("row")!, null, "object")],
        "replace-rows" => [new ParameterValue(arguments.Text("table")!, null, "object")],
        _ => [],
    };

    private static string Setting(JsonObject row) => $"{row.Text("name")} to {(WebPaRedaction.IsSecret(row.Text("name") ?? "") ? "a secret value" : row.Text("value") ?? "\"\"")}";

    private static string Few(IReadOnlyList<string> items) => items.Count switch
    {
        0 => "nothing",
        <= 3 => string.Join(", ", items),
        _ => $"{items[0]}, {items[1]} and {items.Count - 2} more",
    };
}
