using System.Net;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Snmp;
using DeviceConsole.Protocols.Snmp.Wire;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Protocols.Snmp;

/// <summary>From typed requests to outcomes in words.</summary>
public sealed class SnmpModuleTests(SnmpdFixture fixture) : IClassFixture<SnmpdFixture>
{
    private static readonly NetworkPolicy Loopback = new([System.Net.IPNetwork.Parse("127.0.0.0/8"), System.Net.IPNetwork.Parse("::1/128")]);

    private readonly SnmpModule module = new(fixture.Client, TimeProvider.System);

    [Fact]
    public async Task The_exchange_comes_with_the_outcome_and_holds_no_community()
    {
        var outcome = await GetAsync("1.3.6.1.2.1.1.5.0");

        outcome.Trace.Select(t => t.Direction).Should().Equal(TraceDirection.Out, TraceDirection.In);
        outcome.Trace[0].Title.Should().Be("GetRequest");
        outcome.Trace[0].Body.Should().Be("1.3.6.1.2.1.1.5.0");
        outcome.Trace[1].Title.Should().StartWith("Response, 1 variable in ");
        outcome.Trace[1].Body.Should().StartWith("1.3.6.1.2.1.1.5.0 = OCTET STRING: ");
        outcome.Trace.Should().NotContain(t => t.Body.Contains("public", StringComparison.Ordinal) || t.Title.Contains("public", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Values_have_path_text_and_type_and_hex_where_text_loses_bytes()
    {
        var outcome = await GetAsync("1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.99999.2.5.0", "1.3.6.1.2.1.1.5.7", "1.3.6.1.4.1.99999.3.1.0");

        outcome.Fault.Should().BeNull();
        outcome.Values.Select(v => (v.Path, v.Value, v.Type, v.RawHex)).Should().Equal(
            ("1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.8072.3.2.10", "OBJECT IDENTIFIER", null),
            ("1.3.6.1.4.1.99999.2.5.0", "00:ff:10", "OCTET STRING", "00ff10"),
            ("1.3.6.1.2.1.1.5.7", null, "noSuchInstance", null),
            ("1.3.6.1.4.1.99999.3.1.0", "18446744073709551615", "Counter64", null));
        outcome.Summary.Should().Contain("4 values").And.Contain("does not have 1 of them");
    }

    [Fact]
    public async Task A_walk_says_how_much_and_why_it_ended()
    {
        var outcome = await ExecuteAsync(Target(), "walk", new JsonObject { ["oid"] = ".1.3.6.1.4.1.99999.1.1.1" });

        outcome.Values.Should().HaveCount(1_000);
        outcome.Summary.Should().StartWith("1,000 values in ").And.EndWith("the end of the subtree was reached");
    }

    [Fact]
    public async Task A_walk_that_the_agent_breaks_keeps_its_values_beside_the_fault()
    {
        var outcome = await ExecuteAsync(Target(), "walk", new JsonObject { ["oid"] = "1.3.6.1.4.1.99999.4" });

        outcome.Fault!.Code.Should().Be("snmp.not-increasing");
        outcome.Fault.IsWorthARetry.Should().BeFalse();
        outcome.Values.Should().ContainSingle();
    }

    [Fact]
    public async Task The_wrong_community_is_a_time_out_whose_sentence_says_so()
    {
        var outcome = await ExecuteAsync(Target(community: "wrong", timeout: 400), "get", Oids("1.3.6.1.2.1.1.5.0"));

        outcome.Fault!.Code.Should().Be("snmp.timeout");
        outcome.Fault.Message.Should().StartWith($"The device at 127.0.0.1:{fixture.Agent.Port} did not answer in ").And.Contain("stays silent when the community is wrong");
        outcome.Fault.ToString().Should().NotContain("wrong,").And.NotContain("public");
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_unreachable_at_once()
    {
        var target = Target(port: FreePort.Udp(), timeout: 60_000);

        var outcome = await ExecuteAsync(target, "get", Oids("1.3.6.1.2.1.1.5.0")).WaitAsync(TimeSpan.FromSeconds(40));

        outcome.Fault!.Class.Should().Be(FaultClass.Unreachable);
        outcome.Fault.Code.Should().Be("snmp.port-closed");
    }

    [Theory]
    [InlineData("1.3.6.1.2.1.1.2.0", "string", "x", "snmp.not-writable")]
    [InlineData("1.3.6.1.2.1.1.4.0", "integer", "1", "snmp.wrong-type")]
    [InlineData("1.3.6.1.2.1.1.99.0", "string", "x", "snmp.not-writable")]
    public async Task A_refused_set_has_the_code_of_its_error_status(string oid, string type, string value, string code)
    {
        var outcome = await ExecuteAsync(Target(), "set", Values((oid, type, value)));

        outcome.Fault!.Class.Should().Be(FaultClass.Refused);
        outcome.Fault.Code.Should().Be(code);
        outcome.Fault.Detail.Should().Contain(oid);
    }

    [Fact]
    public async Task A_set_uses_the_read_community_where_there_is_no_other()
    {
        var target = Target() with { Secrets = new Dictionary<string, string> { ["readCommunity"] = "public" } };

        var outcome = await ExecuteAsync(target, "set", Values(("1.3.6.1.2.1.1.4.0", "string", "x")));

        outcome.Fault!.Code.Should().Be("snmp.no-access");
    }

    [Theory]
    [InlineData("context", null)]
    [InlineData(null, "10")]
    [InlineData("context", "20")]
    public async Task A_context_of_the_operation_or_else_of_the_device_goes_behind_the_community(string? argument, string? setting)
    {
        var target = Target(community: "bridge", timeout: 5_000);
        if (setting is not null) target.Settings["communityIndex"] = setting;
        var arguments = Oids("1.3.6.1.4.1.99999.2.6.0");
        if (argument is not null) arguments[argument] = " 10 ";

        var outcome = await ExecuteAsync(target, "get", arguments);

        outcome.Fault.Should().BeNull();
        outcome.Values.Should().ContainSingle().Which.Value.Should().Be("-2147483648");
        outcome.StoreValues.Should().Be(argument is null, "another context has other values below the same names");
    }

    [Fact]
    public async Task Every_operation_takes_a_context_and_without_it_the_device_stays_silent()
    {
        var target = Target(community: "bridge", timeout: 5_000);
        const string Column = "1.3.6.1.4.1.99999.1.1.1.1";
        foreach (var (operation, arguments) in new[]
        {
            ("getnext", Oids(Column)), ("getbulk", Oids(Column)), ("walk", new JsonObject { ["oid"] = Column }), ("table", new JsonObject { ["columns"] = new JsonArray(Column) }),
        })
        {
            arguments["context"] = "10";
            module.CheckArguments(operation, arguments).Should().BeEmpty();
            (await ExecuteAsync(target, operation, arguments)).Values.Should().NotBeEmpty(operation);
        }

        module.CheckArguments("walk", new JsonObject { ["oid"] = Column, ["context"] = new string('x', 256) }).Should().ContainSingle().Which.Field.Should().Be("context");
        module.Describe("walk", new JsonObject { ["oid"] = Column, ["context"] = "10" }).Should().EndWith(" in context 10");
        target.Settings["timeout"] = 100;
        (await ExecuteAsync(target, "get", Oids(Column + ".1"))).Fault!.Code.Should().Be("snmp.timeout");
    }

    [Fact]
    public async Task Get_bulk_is_never_sent_to_a_v1_device()
    {
        var outcome = await ExecuteAsync(Target(version: "v1"), "getbulk", Oids("1.3.6.1.2.1.1"));

        outcome.Fault!.Class.Should().Be(FaultClass.Invalid);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("[::1]")]
    public async Task An_address_outside_the_tenants_policy_is_never_sent_to(string host)
    {
        var target = Target() with { Policy = NetworkPolicy.PublicOnly };
        target.Settings["host"] = host;

        var outcome = await ExecuteAsync(target, "get", Oids("1.3.6.1.2.1.1.5.0"));

        outcome.Fault!.Class.Should().Be(FaultClass.Policy);
        outcome.Fault.Message.Should().Contain("not one that this tenant may reach");
    }

    [Fact]
    public async Task A_host_name_is_resolved()
    {
        var target = Target();
        target.Settings["host"] = "localhost";

        (await ExecuteAsync(target with { Policy = new NetworkPolicy([System.Net.IPNetwork.Parse("127.0.0.0/8")]) }, "get", Oids("1.3.6.1.2.1.1.5.0"))).Fault.Should().BeNull();
    }

    [Fact]
    public async Task A_host_name_without_an_address_is_unreachable()
    {
        var target = Target();
        target.Settings["host"] = "no-such-host.invalid";

        (await ExecuteAsync(target, "get", Oids("1.3.6.1.2.1.1.5.0"))).Fault!.Code.Should().Be("snmp.host-not-found");
    }

    [Theory]
    [InlineData("", "Enter the device's address or host name.")]
    [InlineData("10.0.0", "This is no complete IPv4 address; it needs four numbers from 0 to 255.")]
    [InlineData("10.0.0.256", "This is no complete IPv4 address; it needs four numbers from 0 to 255.")]
    [InlineData("224.0.0.1", "This address stands for a group or for no host; enter the address of one device.")]
    [InlineData("snmp://router", "Enter an IPv4 or IPv6 address or a host name, without a scheme, port or path.")]
    [InlineData("router.example.net", null)]
    [InlineData("fe80::1%eth0", null)]
    public void Hosts_are_checked_before_anything_is_stored(string host, string? expected) =>
        module.CheckSettings(new JsonObject { ["host"] = host }).Select(e => e.Message).Should().Equal(expected is null ? [] : [expected]);

    [Theory]
    [InlineData("integer", "2147483648")]
    [InlineData("unsigned", "-1")]
    [InlineData("hex", "abc")]
    [InlineData("oid", "sysName")]
    [InlineData("ipaddress", "10.1")]
    [InlineData("counter64", "18446744073709551616")]
    [InlineData("double", "one")]
    [InlineData("colour", "red")]
    public void A_value_that_does_not_fit_its_type_never_becomes_a_job(string type, string value)
    {
        var errors = module.CheckArguments("set", Values(("1.3.6.1.2.1.1.5.0", type, value)));

        errors.Should().ContainSingle().Which.Message.Should().StartWith("Row 1: ").And.Contain(type == "colour" ? type : value);
    }

    [Fact]
    public void Requests_are_described_in_words()
    {
        module.Describe("walk", new JsonObject { ["oid"] = "1.3.6.1.2.1.1" }).Should().Be("Walk 1.3.6.1.2.1.1");
        module.Describe("get", Oids("1.1", "1.2", "1.3", "1.4")).Should().Be("Get 1.1, 1.2 and 2 more");
        module.Describe("set", Values(("1.3.6.1.2.1.1.5.0", "string", "core"))).Should().Be("Set 1.3.6.1.2.1.1.5.0 to core");
    }

    private static JsonObject Oids(params string[] names) => new() { ["oids"] = new JsonArray([.. names.Select(n => JsonValue.Create(n))]) };

    private static JsonObject Values(params (string Oid, string Type, string Value)[] rows) => new()
    {
        ["values"] = new JsonArray([.. rows.Select(r => new JsonObject { ["oid"] = r.Oid, ["type"] = r.Type, ["value"] = r.Value })]),
    };

    private ProtocolTarget Target(string community = "public", string version = "v2c", int? port = null, int timeout = 10_000) => new(
        Guid.NewGuid(),
        Guid.NewGuid(),
        new JsonObject { ["host"] = "127.0.0.1", ["port"] = port ?? fixture.Agent.Port, ["version"] = version, ["timeout"] = timeout, ["retries"] = 1 },
        new Dictionary<string, string> { ["readCommunity"] = community, ["writeCommunity"] = "private" },
        Loopback);

    private Task<ProtocolOutcome> GetAsync(params string[] names) => ExecuteAsync(Target(), "get", Oids(names));

    private Task<ProtocolOutcome> ExecuteAsync(ProtocolTarget target, string operation, JsonObject arguments) =>
        module.ExecuteAsync(target, operation, arguments, CancellationToken.None);
}
