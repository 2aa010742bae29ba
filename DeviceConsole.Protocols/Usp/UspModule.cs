using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;
using DeviceConsole.Protocols.Usp.Mtp.Mqtt;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Protocols.Usp;

/// <summary>USP (TR-369) as a module of the product: this side is the controller, agents call in.</summary>
internal sealed class UspModule(IOptions<UspOptions> options, IOptions<UspMqttOptions> mqttOptions, IServiceProvider provider) : ISessionProtocol, IConnectable
{
    private readonly UspOptions options = options.Value;
    private readonly UspMqttOptions mqtt = mqttOptions.Value;

    /// <inheritdoc />
    public ProtocolDescriptor Descriptor { get; } = UspModuleDescriptor.Create();

    /// <inheritdoc />
    public IdentityCheck CheckIdentity(string text) => EndpointId.Check(text);

    /// <inheritdoc />
    public CertificateMatch MatchCertificate(DeviceCertificate certificate, string identity, JsonObject settings) => AgentCertificate.Match(certificate, identity, settings);

    /// <inheritdoc />
    public IReadOnlyList<FieldError> CheckSettings(JsonObject settings) =>
        settings.Text("replyTopic") is { } topic && (topic.Contains('+', StringComparison.Ordinal) || topic.Contains('#', StringComparison.Ordinal))
            ? [new FieldError("replyTopic", "The topic that an agent listens to holds no wildcards.")]
            : [];

    /// <inheritdoc />
    public IReadOnlyList<FieldError> CheckArguments(string operation, JsonObject arguments) => [.. UspArguments.Check(operation, arguments)];

    /// <inheritdoc />
    public string Describe(string operation, JsonObject arguments) => operation switch
    {
        UspModuleDescriptor.Get => $"Get {Few(arguments.List("paths"))}",
        UspModuleDescriptor.Set => $"Set {Few([.. arguments.Rows("values").Select(Change)])}",
        UspModuleDescriptor.Add => $"Add to {arguments.Text("table")}",
        UspModuleDescriptor.Delete => $"Delete {Few(arguments.List("paths"))}",
        UspModuleDescriptor.Operate => $"Operate {arguments.Text("command")}",
        UspModuleDescriptor.Refresh => $"Refresh {Few(arguments.List("paths"))}",
        UspModuleDescriptor.SupportedDm => $"Get supported data model of {Few(arguments.List("paths"))}",
        UspModuleDescriptor.Instances => $"Get instances of {Few(arguments.List("paths"))}",
        UspModuleDescriptor.SupportedProtocol => "Get supported protocol",
        DiagnosticForm.Id => DiagnosticForm.Describe(arguments),
        FirmwareForm.Id => FirmwareForm.Describe(arguments),
        UspModuleDescriptor.Reboot => "Reboot",
        UspModuleDescriptor.FactoryReset => "Factory reset",
        _ => operation,
    };

    /// <inheritdoc />
    public Task<string> WakeAsync(ProtocolTarget target, CancellationToken cancellationToken) =>
        // Asked for only now: the service needs the gateway, which needs the modules.
        provider.GetRequiredService<UspMqttService>().WakeAsync(target, cancellationToken);

    /// <inheritdoc />
    public ConnectGuide Connect(ConnectContext context)
    {
        var address = context.DeviceAddress;
        var secure = address.Scheme == Uri.UriSchemeHttps;
        const string controller = "Device.LocalAgent.Controller.1.";
        var broker = mqtt.PublicBroker.Length > 0 ? mqtt.PublicBroker : mqtt.Broker;
        ConnectLine[] throughBroker = broker.Length == 0 ? [] :
        [
            new("MQTT: Device.MQTT.Client.1.BrokerAddress", broker),
            new("MQTT: Device.MQTT.Client.1.BrokerPort", mqtt.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            new($"MQTT: {controller}MTP.1.MQTT.Topic", new UspTopics(mqtt.Prefix, context.TenantSlug, "ENDPOINT-ID").Controller),
            new("MQTT: Device.LocalAgent.MTP.1.MQTT.ResponseTopicConfigured", new UspTopics(mqtt.Prefix, context.TenantSlug, "ENDPOINT-ID").Agent),
        ];
        return new ConnectGuide(
            [
                new("Address", $"{(secure ? "wss" : "ws")}://{address.Authority}/usp/{context.TenantSlug}/TOKEN"),
                new($"{controller}EndpointID", options.EndpointIdOf(context.TenantSlug)),
                new($"{controller}MTP.1.Protocol", "WebSocket"),
                new($"{controller}MTP.1.WebSocket.Host", address.Host),
                new($"{controller}MTP.1.WebSocket.Port", address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                new($"{controller}MTP.1.WebSocket.Path", $"/usp/{context.TenantSlug}/TOKEN"),
                new($"{controller}MTP.1.WebSocket.EnableEncryption", secure ? "true" : "false"),
                .. throughBroker,
            ],
            "Enter these in the agent's factory settings, with the device's token or the enrolment token in place of TOKEN. Leave TOKEN out where devices are trusted by their endpoint ID alone. The agent connects, reports its boot and appears here."
            + (broker.Length == 0 ? "" : " Over MQTT it logs in with the user name and password that the broker asks for; the console's token is not for it."));
    }

    private static string Change(JsonObject row)
    {
        var path = row.Text("path") ?? "";
        return Wire.Text.UspRedaction.IsSecret(path) ? path : $"{path} to {row.Text("value") ?? "\"\""}";
    }

    private static string Few(IReadOnlyList<string> items) => items.Count switch
    {
        0 => "nothing",
        <= 3 => string.Join(", ", items),
        _ => $"{items[0]}, {items[1]} and {items.Count - 2} more",
    };
}
