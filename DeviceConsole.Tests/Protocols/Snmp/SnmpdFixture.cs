using System.Text;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Wire;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Protocols.Snmp;

/// <summary>One real agent and one client for a class of tests.</summary>
public sealed class SnmpdFixture : IAsyncLifetime
{
    // Types that an override cannot have, and a subtree whose successor is always the same instance.
    private const string PassScript = """
        #!/bin/sh
        case "$1 $2" in
          "-g .1.3.6.1.4.1.99999.3.1.0") printf '%s\ncounter64\n18446744073709551615\n' "$2" ;;
          "-g .1.3.6.1.4.1.99999.3.2.0") printf '%s\nipaddress\n10.1.2.3\n' "$2" ;;
          "-n .1.3.6.1.4.1.99999.4"*) printf '.1.3.6.1.4.1.99999.4.1.0\ninteger\n1\n' ;;
        esac
        """;

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("snmpd-pass-");

    public SnmpdAgent Agent { get; private set; } = null!;

    public SnmpClient Client { get; } = new();

    public SnmpPeer Peer(string community = "public", SnmpVersion version = SnmpVersion.V2c) =>
        new(Guid.Empty, Agent.EndPoint, version, Encoding.ASCII.GetBytes(community));

    public async Task InitializeAsync()
    {
        var pass = Path.Combine(directory.FullName, "pass");
        await File.WriteAllTextAsync(pass, PassScript);
        Agent = await SnmpdAgent.StartAsync(
        [
            .. SnmpdAgent.SteadyTable(columns: 4, rows: 250),
            "override .1.3.6.1.4.1.99999.2.1.0 counter 4294967295",
            "override .1.3.6.1.4.1.99999.2.2.0 uinteger 3000000000",
            "override .1.3.6.1.4.1.99999.2.3.0 timeticks 4294967295",
            "override .1.3.6.1.4.1.99999.2.4.0 object_id .1.3.6.1.4.1.99999.4294967295",
            "override .1.3.6.1.4.1.99999.2.5.0 octet_str \"0x00ff10\"",
            "override .1.3.6.1.4.1.99999.2.6.0 integer -2147483648",
            $"pass .1.3.6.1.4.1.99999.3 /bin/sh {pass}",
            $"pass .1.3.6.1.4.1.99999.4 /bin/sh {pass}",
            // A community with an index, of which "bridge" alone is none.
            "rocommunity bridge@10 127.0.0.1",
        ]);
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await Agent.DisposeAsync();
        directory.Delete(recursive: true);
    }
}
