using System.Text.Json.Nodes;
using DeviceConsole.Protocols.Usp.Wire.Messages;

namespace DeviceConsole.Benchmarks.Sessions;

/// <summary>USP over WebSocket: the protocol alone, then the whole product when all agents come back after a restart.</summary>
internal sealed class UspScenario : SessionsScenario
{
    private const int LargeAnswer = 250 * 1024;

    public override string Name => "usp";

    public override string Description => "USP agents over WebSocket: memory of an idle one, round trips of Get, a large GetSupportedDMResp, 10,000 agents that reconnect";

    protected override string Operation => "get";

    protected override JsonObject Arguments => new() { ["paths"] = new JsonArray("Device.DeviceInfo.SoftwareVersion") };

    protected override string[] Fleet(Uri address, int count) => ["usp", "--url", $"ws://{address.Authority}/usp/bench", "--count", SimulatedFleet.Text(count), "--controller", "proto::deviceconsole.bench"];

    public override async Task RunAsync(BenchReport report, CancellationToken cancellationToken)
    {
        var bytes = Large();
        report.Absolute(Name, $"decode {bytes.Length / 1024:N0} KB GetSupportedDMResp", "ms", Better.Lower, Best(() => UspMessage.Decode(bytes)), 5);
        var message = UspMessage.Decode(bytes);
        report.Absolute(Name, "encode it", "ms", Better.Lower, Best(() => message.Encode()), 5);
        await base.RunAsync(report, cancellationToken);
        await new Reconnect(report).RunAsync(cancellationToken);
    }

    private static byte[] Large()
    {
        for (var objects = 50; ; objects += 50)
        {
            var body = new GetSupportedDmResponse { RequestedObjects = [new RequestedObject { Path = "Device.", Objects = [.. Enumerable.Range(1, objects).Select(Object)] }] };
            var bytes = new UspMessage("bench-1", body).Encode();
            if (bytes.Length >= LargeAnswer) return bytes;
        }
    }

    private static SupportedObject Object(int number) => new()
    {
        Path = $"Device.Services.Object{number}.{{i}}.", IsMultiInstance = true,
        Parameters = [.. Enumerable.Range(1, 12).Select(p => new SupportedParameter { Name = $"SomeParameter{p}", Access = ParameterAccess.ReadWrite, Type = ParameterType.String })],
        Commands = [new SupportedCommand { Name = "Reset()", Kind = CommandKind.Sync }],
        Events = [new SupportedEvent { Name = "Changed!", Arguments = ["Cause"] }],
    };
}
