using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Snmp;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Tests.Protocols.Snmp;

/// <summary>Tables and the dry run of Set, against a real agent and against one that has gaps.</summary>
public sealed class SnmpTableTests(SnmpdFixture fixture) : IClassFixture<SnmpdFixture>
{
    private const string Table = "1.3.6.1.4.1.99999.1.1";

    [Theory]
    [InlineData("v1")]
    [InlineData("v2c")]
    public async Task A_table_is_read_row_by_row_with_columns_found_on_the_device(string version)
    {
        var outcome = await ExecuteAsync("table", new JsonObject { ["oid"] = Table }, version);

        outcome.Fault.Should().BeNull();
        outcome.Summary.Should().StartWith("250 rows, 4 columns in ").And.EndWith("every column was read to its end");
        outcome.Values.Select(v => v.Path).Should().Equal(from row in Enumerable.Range(1, 250) from column in Enumerable.Range(1, 4) select $"{Table}.1.{column}.{row}");
    }

    [Fact]
    public async Task Chosen_columns_and_a_limit_of_rows()
    {
        var outcome = await ExecuteAsync("table", new JsonObject { ["columns"] = new JsonArray($"{Table}.1.3", $"{Table}.1.1"), ["limit"] = 3 });

        outcome.Values.Select(v => v.Path).Should().Equal(from row in Enumerable.Range(1, 3) from column in new[] { 3, 1 } select $"{Table}.1.{column}.{row}");
        outcome.Summary.Should().Contain("the limit of 3 rows was reached");
    }

    [Fact]
    public async Task Sparse_columns_are_put_together_by_their_index()
    {
        // Column 1 has rows 1, 2 and 4, column 2 rows 2 and 3; an answer gives at most four variables.
        string[] names = ["1.3.6.1.9.1.1.1", "1.3.6.1.9.1.1.2", "1.3.6.1.9.1.1.4", "1.3.6.1.9.1.2.2", "1.3.6.1.9.1.2.3", "1.3.6.1.9.2.0"];
        var mib = names.Select(n => ObjectIdentifier.Parse(n)).ToList();
        await using var agent = new ScriptedAgent((request, _) => [ScriptedAgent.Response(request, varBinds: [.. Answer(mib, request.Pdu).Take(4)])]);
        using var client = new SnmpClient();
        var peer = new SnmpPeer(Guid.Empty, agent.EndPoint, SnmpVersion.V2c, "public"u8.ToArray()) { Timeout = TimeSpan.FromSeconds(20) };

        var (columns, failure) = await SnmpTableReader.ColumnsAsync(client, peer, ObjectIdentifier.Parse("1.3.6.1.9"), 100, default);
        var reader = new SnmpTableReader(client, peer, columns, 100);
        var end = await reader.RunAsync(default);

        failure.Should().BeNull();
        columns.Select(c => c.ToString()).Should().Equal("1.3.6.1.9.1.1", "1.3.6.1.9.1.2");
        end.Reason.Should().Be(SnmpWalkReason.SubtreeEnd);
        reader.Rows.Select(r => (r.Key[0], r.Value[0] is not null, r.Value[1] is not null)).Should().Equal((1u, true, false), (2u, true, true), (3u, false, true), (4u, true, false));
    }

    [Fact]
    public async Task A_dry_run_says_what_would_change_and_writes_nothing()
    {
        var contact = "1.3.6.1.2.1.1.4.0";
        var values = new JsonArray(new JsonObject { ["oid"] = contact, ["type"] = "device", ["value"] = "noc@example.net" });
        var before = (await ExecuteAsync("get", new JsonObject { ["oids"] = new JsonArray(contact) })).Values[0].Value;

        var dry = await ExecuteAsync("set", new JsonObject { ["values"] = values.DeepClone(), ["dryRun"] = true });
        var unchanged = (await ExecuteAsync("get", new JsonObject { ["oids"] = new JsonArray(contact) })).Values[0].Value;
        var written = await ExecuteAsync("set", new JsonObject { ["values"] = values.DeepClone() });
        var again = await ExecuteAsync("set", new JsonObject { ["values"] = values.DeepClone(), ["dryRun"] = true });

        dry.Summary.Should().Be($"Nothing was written. 1 of 1 would change: {contact} from OCTET STRING \"{before}\" to OCTET STRING \"noc@example.net\"");
        unchanged.Should().Be(before);
        written.Fault.Should().BeNull();
        written.Values.Should().ContainSingle().Which.Value.Should().Be("noc@example.net");
        again.Summary.Should().Be("Nothing was written, and nothing would change: the device has these values already.");
    }

    private static IEnumerable<VarBind> Answer(List<ObjectIdentifier> mib, Pdu request)
    {
        var last = request.VarBinds.ToArray().Select(v => v.Name).ToArray();
        var repetitions = request.Type == PduType.GetBulkRequest ? request.ErrorIndex : 1;
        for (var r = 0; r < repetitions; r++)
        {
            for (var i = 0; i < last.Length; i++)
            {
                var next = mib.FindIndex(n => n > last[i]);
                yield return next < 0 ? new VarBind(last[i], SnmpValue.EndOfMibView) : new VarBind(mib[next], SnmpValue.Integer32(next));
                if (next >= 0) last[i] = mib[next];
            }
        }
    }

    private Task<ProtocolOutcome> ExecuteAsync(string operation, JsonObject arguments, string version = "v2c")
    {
        var module = new SnmpModule(fixture.Client, TimeProvider.System);
        module.CheckArguments(operation, arguments).Should().BeEmpty();
        var settings = new JsonObject { ["host"] = "127.0.0.1", ["port"] = fixture.Agent.Port, ["version"] = version, ["timeout"] = 20_000 };
        var secrets = new Dictionary<string, string> { ["readCommunity"] = "public", ["writeCommunity"] = "private" };
        return module.ExecuteAsync(new ProtocolTarget(Guid.Empty, Guid.Empty, settings, secrets, new NetworkPolicy([System.Net.IPNetwork.Parse("127.0.0.0/8")])), operation, arguments, default);
    }
}
