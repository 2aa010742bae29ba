using System.Text.Json.Nodes;

namespace DeviceConsole.Benchmarks.Sessions;

/// <summary>WebPA: gateways that keep a WebSocket open as parodus does.</summary>
internal sealed class WebPaScenario : SessionsScenario
{
    public override string Name => "webpa";

    public override string Description => "WebPA devices on the protocol alone: memory of an idle one, round trips of GET";

    protected override string Operation => "get";

    protected override JsonObject Arguments => new() { ["names"] = new JsonArray("Device.DeviceInfo.SoftwareVersion") };

    protected override string[] Fleet(Uri address, int count) => ["webpa", "--server", address.GetLeftPart(UriPartial.Authority), "--tenant", "bench", "--token", "none", "--count", SimulatedFleet.Text(count)];
}
