using DeviceConsole.Simulator.Cwmp;
using DeviceConsole.Simulator.Gateway;
using DeviceConsole.Simulator.Usp;
using DeviceConsole.Simulator.WebPa;

namespace DeviceConsole.Tests.EndToEnd;

/// <summary>A simulated home gateway that calls in by one protocol, and what an operator types so that it is let in.</summary>
/// <param name="Protocol">The protocol as pages name it.</param>
/// <param name="Identity">What stands in the identity's field.</param>
/// <param name="Credentials">Labels of credentials with their values.</param>
/// <param name="Start">Starts it.</param>
public sealed record CallingDevice(string Protocol, string Identity, IReadOnlyDictionary<string, string> Credentials, Func<IAsyncDisposable> Start)
{
    private const string Secret = "an-end-to-end-secret";

    /// <summary>The gateway of that protocol, towards an installation's tenant.</summary>
    public static CallingDevice Of(string protocol, Uri devices, string tenant)
    {
        var gateway = new HomeGatewayOptions { Serial = $"E2E-{protocol}", Mac = "02:00:5E:77:00:01", Seed = 7, BootDuration = TimeSpan.FromMilliseconds(300) };
        return protocol switch
        {
            "TR-069" => new(protocol, $"{gateway.Oui}-{gateway.ProductClass}-{gateway.Serial}", new Dictionary<string, string> { ["Username"] = "cpe", ["Password"] = Secret },
                () => SimulatedCpe.Start(new CpeOptions { Gateway = gateway, Acs = new Uri(devices, $"/cwmp/{tenant}"), UserName = "cpe", Password = Secret, Retry = TimeSpan.FromMilliseconds(300) })),
            "USP" => new(protocol, $"os::{gateway.Oui}-{gateway.Serial}", new Dictionary<string, string> { ["Token"] = Secret },
                () => UspAgent.Start(
                    new UspAgentOptions { Gateway = gateway, ControllerId = $"proto::deviceconsole.{tenant}", RetryAfter = TimeSpan.FromMilliseconds(300) },
                    new WebSocketTransport(new UriBuilder(devices) { Scheme = "ws", Path = $"/usp/{tenant}/{Secret}" }.Uri))),
            _ => new(protocol, $"mac:{gateway.Mac.Replace(":", "", StringComparison.Ordinal)}", new Dictionary<string, string> { ["Token"] = Secret },
                () => SimulatedParodus.Start(new ParodusOptions { Gateway = new HomeGateway(gateway, TimeProvider.System), Server = devices, Tenant = tenant, Token = Secret, Backoff = TimeSpan.FromMilliseconds(300) })),
        };
    }
}
