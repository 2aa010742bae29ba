using DeviceConsole.Protocols.Usp.Wire.Messages;
using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Simulator.Usp;

/// <summary>
/// The commands of a home gateway: Reboot(), FactoryReset(), a diagnostic for each object with a DiagnosticsState (IPPing(), TraceRoute() …), and
/// Download() and Activate() of the firmware images.
/// </summary>
/// <param name="gateway">The gateway.</param>
/// <param name="fetch">Fetches an image: the version, or why it could not be had. Null: it is there at once, named as its address.</param>
/// <param name="fail">Told why an image could not be had.</param>
internal sealed class AgentCommands(HomeGateway gateway, Func<string, Task<(string? Version, string? Problem)>>? fetch, Action<string> fail)
{
    private const string State = "DiagnosticsState";
    private const string Images = "Device.DeviceInfo.FirmwareImage.{i}.";

    // Diagnostics that run: the object, and the command that is told of its end.
    private readonly Dictionary<string, OperateRequest> running = new(StringComparer.Ordinal);
    private int requests;

    /// <summary>What the data model says of an object's commands.</summary>
    public static IReadOnlyList<SupportedCommand> Of(ModelObject at)
    {
        if (at.Path == "Device.")
            return [new SupportedCommand { Name = "Reboot()", Kind = CommandKind.Sync }, new SupportedCommand { Name = "FactoryReset()", Kind = CommandKind.Sync }];
        if (at.Path == Images)
        {
            return
            [
                new SupportedCommand { Name = "Download()", InputArguments = ["URL", "AutoActivate", "Username", "Password"], Kind = CommandKind.Async },
                new SupportedCommand { Name = "Activate()", Kind = CommandKind.Sync },
            ];
        }
        return [.. at.Children.Where(c => !c.IsTable && c.Parameters.Any(p => p.Name == State)).Select(c => new SupportedCommand
        {
            Name = c.Name + "()",
            InputArguments = [.. c.Parameters.Where(p => p.Writable && p.Name != State).Select(p => p.Name)],
            OutputArguments = ["Status", .. c.Parameters.Where(p => !p.Writable).Select(p => p.Name)],
            Kind = CommandKind.Async,
        })];
    }

    /// <summary>What the data model says of an object's events.</summary>
    public static IReadOnlyList<SupportedEvent> EventsOf(ModelObject at) => at.Path switch
    {
        "Device." => [new SupportedEvent { Name = "Boot!", Arguments = ["CommandKey", "Cause", "FirmwareUpdated", "ParameterMap"] }],
        "Device.LocalAgent." => [new SupportedEvent { Name = "Periodic!" }, new SupportedEvent { Name = "TransferComplete!", Arguments = ["Command", "CommandKey", "Requestor", "TransferType", "TransferURL"] }],
        _ => [],
    };

    /// <summary>Begins a command: the answer, and what is to be done when it is sent.</summary>
    public (UspBody Answer, Action? Then) Operate(OperateRequest request) => request.Command switch
    {
        "Device.Reboot()" => (Done(request), () => gateway.Reboot("RemoteReboot")),
        "Device.FactoryReset()" => (Done(request), () => gateway.FactoryReset()),
        _ when Image(request.Command, "Download()") is { } image => Download(request, image),
        _ when Image(request.Command, "Activate()") is { } image => Activate(request, image),
        _ => Diagnose(request),
    };

    /// <summary>The command whose diagnostic has ended at that object, with what it found; null where nobody asked by a command.</summary>
    public OperationComplete? Ended(string path)
    {
        if (!running.Remove(path, out var request)) return null;
        var values = gateway.Read(path).Where(p => !p.Writable || p.Path == path + State)
            .ToDictionary(p => p.Path == path + State ? "Status" : p.Path[path.Length..], p => p.Reported, StringComparer.Ordinal);
        return Complete(request, values);
    }

    /// <summary>The download that has ended; null where nobody asked for one.</summary>
    public OperationComplete? Downloaded() => running.Remove(Images, out var request) ? Complete(request, []) : null;

    /// <summary>The download that has failed; null where nobody asked for one.</summary>
    public OperationComplete? DownloadFailed(string why) =>
        running.Remove(Images, out var request) ? Complete(request, []) with { Output = null, Failure = new OperationFailure { Code = 7022, Message = why } } : null;

    private (UspBody, Action?) Diagnose(OperateRequest request)
    {
        var path = request.Command[..^2] + ".";
        if (gateway.Find(path + State) is null) return (new UspError { Code = 7026, Message = $"There is no command {request.Command}." }, null);
        if (gateway.Set([.. request.InputArguments.Select(a => (path + a.Key, a.Value))]) is { } wrong) return (Failed(request, 7027, wrong.Text), null);
        running[path] = request;
        return (GoesOn(request), () => gateway.StartDiagnostic(path));
    }

    private (UspBody, Action?) Download(OperateRequest request, string image)
    {
        if (!gateway.Exists(image)) return (new UspError { Code = 7016, Message = $"There is no {image}" }, null);
        if (!Uri.TryCreate(request.InputArguments.GetValueOrDefault("URL"), UriKind.Absolute, out var url)) return (Failed(request, 7027, "URL is missing or no URL."), null);
        running[Images] = request;
        var version = Path.GetFileNameWithoutExtension(url.AbsolutePath) is { Length: > 0 } name ? name : "unknown";
        if (fetch is not null) return (GoesOn(request), () => _ = FetchAsync(fetch, request, url.AbsoluteUri));
        return (GoesOn(request), () =>
        {
            var bank = gateway.DownloadFirmware(version);
            if (request.InputArguments.GetValueOrDefault("AutoActivate") is "true" or "1") gateway.ActivateFirmware(bank);
        }
        );
    }

    private async Task FetchAsync(Func<string, Task<(string? Version, string? Problem)>> get, OperateRequest request, string url)
    {
        var (version, problem) = await get(url);
        if (version is null)
        {
            fail(problem!);
            return;
        }
        var bank = gateway.DownloadFirmware(version);
        if (request.InputArguments.GetValueOrDefault("AutoActivate") is "true" or "1") gateway.ActivateFirmware(bank);
    }

    private (UspBody, Action?) Activate(OperateRequest request, string image) =>
        gateway.Find(image + "Status")?.Value == "Available" ? (Done(request), () => gateway.ActivateFirmware(image)) : (Failed(request, 7022, $"{image} holds no image that can boot."), null);

    private static string? Image(string command, string name) =>
        command.StartsWith(Images[..^4], StringComparison.Ordinal) && command.EndsWith("." + name, StringComparison.Ordinal) ? command[..^name.Length] : null;

    private static OperationComplete Complete(OperateRequest request, Dictionary<string, string> values)
    {
        var dot = request.Command.LastIndexOf('.') + 1;
        return new OperationComplete
        {
            ObjectPath = request.Command[..dot], CommandName = request.Command[dot..], CommandKey = request.CommandKey, Output = new OutputArguments { Values = values },
        };
    }

    private OperateResponse GoesOn(OperateRequest request) => Answer(new OperationResult { Command = request.Command, RequestPath = $"Device.LocalAgent.Request.{++requests}." });

    private static OperateResponse Done(OperateRequest request) => Answer(new OperationResult { Command = request.Command, Output = new OutputArguments() });

    private static OperateResponse Failed(OperateRequest request, uint code, string why) =>
        Answer(new OperationResult { Command = request.Command, Failure = new OperationFailure { Code = code, Message = why } });

    private static OperateResponse Answer(OperationResult result) => new() { Results = [result] };
}
