using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Snmp;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Wire;
using DeviceConsole.Simulator.Snmp;

namespace DeviceConsole.Tests.Protocols.Snmp;

/// <summary>SNMP passes the suite; the healthy device is a real snmpd.</summary>
public sealed class SnmpComplianceTests : ProtocolComplianceSuite, IClassFixture<SnmpdFixture>, IAsyncLifetime
{
    private const string SysContact = "1.3.6.1.2.1.1.4.0";

    private readonly SnmpdFixture fixture;
    private readonly SimulatedSnmpAgent silent = SimulatedSnmpAgent.Start(new SimulatedAgentOptions { Fault = new AgentFault(AgentFaultKind.Silent) });
    private readonly SimulatedSnmpAgent garbage = SimulatedSnmpAgent.Start(new SimulatedAgentOptions { Fault = new AgentFault(AgentFaultKind.Garbage) });
    private ScriptedAgent Gone { get; } = new((request, number) => number > 3
        ? []
        : [ScriptedAgent.Response(request, varBinds: [.. Enumerable.Range(number * 100, 10).Select(i => ScriptedAgent.Value($"1.3.6.1.4.1.99999.1.1.1.1.{i}"))])]);

    public SnmpComplianceTests(SnmpdFixture fixture)
    {
        this.fixture = fixture;
        Module = new SnmpModule(fixture.Client, TimeProvider.System);
    }

    protected override IProtocolModule Module { get; }

    protected override JsonObject HealthySettings => Settings(fixture.Agent.Port);

    protected override ComplianceRequest Read => new("get", new JsonObject { ["oids"] = new JsonArray(SysContact) });

    protected override ComplianceRequest Walk => new("walk", new JsonObject { ["oid"] = "1.3.6.1.4.1.99999.1.1.1" });

    protected override ComplianceRequest Malformed => new("get", new JsonObject { ["oids"] = new JsonArray("sysName.0") });

    // SNMPv2c agents are silent when the community is wrong (RFC 3584 §5.2.1 drops the message).
    protected override FaultClass WrongCredentialsFault => FaultClass.Timeout;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await silent.DisposeAsync();
        await garbage.DisposeAsync();
        await Gone.DisposeAsync();
    }

    protected override ComplianceRequest Write(string text) => new("set", new JsonObject
    {
        ["values"] = new JsonArray(new JsonObject { ["oid"] = SysContact, ["type"] = "string", ["value"] = text }),
    });

    protected override Task<ProtocolOutcome> ExecuteAsync(ComplianceDevice device, ComplianceRequest request, CancellationToken cancellationToken)
    {
        var port = device switch
        {
            ComplianceDevice.Silent => silent.EndPoint.Port,
            ComplianceDevice.Garbage => garbage.EndPoint.Port,
            ComplianceDevice.GoneMidSession => Gone.EndPoint.Port,
            _ => fixture.Agent.Port,
        };
        var secrets = new Dictionary<string, string>
        {
            ["readCommunity"] = device == ComplianceDevice.WrongCredentials ? "wrong" : "public",
            ["writeCommunity"] = "private",
        };
        var target = new ProtocolTarget(Guid.NewGuid(), Guid.NewGuid(), Settings(port, device == ComplianceDevice.Healthy ? 5_000 : 300), secrets, new NetworkPolicy([System.Net.IPNetwork.Parse("127.0.0.0/8")]));
        return ((IDialOutProtocol)Module).ExecuteAsync(target, request.Operation, request.Arguments, cancellationToken);
    }

    // Who answers has time for it; who does not is given up soon.
    private static JsonObject Settings(int port, int timeout = 300) => new()
    {
        ["host"] = "127.0.0.1", ["port"] = port, ["version"] = "v2c", ["timeout"] = timeout, ["retries"] = 2,
    };
}
