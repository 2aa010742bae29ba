using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Snmp;
using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Wire;
using DeviceConsole.Tests.Jobs;

namespace DeviceConsole.Tests.Protocols.Snmp;

/// <summary>How fast and how long a device is asked.</summary>
public sealed class SnmpPaceTests : IDisposable
{
    private static readonly ObjectIdentifier Name = ObjectIdentifier.Parse("1.3.6.1.2.1.1.5.0");

    private readonly SnmpClient client = new();

    public void Dispose() => client.Dispose();

    [Fact]
    public async Task A_device_with_a_pace_gets_no_more_packets_a_second_however_many_ask()
    {
        var arrived = new ConcurrentQueue<TimeSpan>();
        var clock = Stopwatch.StartNew();
        await using var agent = new ScriptedAgent((request, _) =>
        {
            arrived.Enqueue(clock.Elapsed);
            return [ScriptedAgent.Response(request, varBinds: ScriptedAgent.Value(Name.ToString()))];
        });

        var replies = await Task.WhenAll(Enumerable.Range(0, 11).Select(_ => client.GetAsync(Peer(agent.EndPoint, pace: 20, timeout: 20_000, retries: 0), Name).AsTask()));

        replies.Should().OnlyContain(r => r.IsSuccess && r.Attempts == 1);
        // Ten slots of 50 ms lie between the first and the last; the clocks of two threads differ a little.
        (arrived.Last() - arrived.First()).Should().BeGreaterThan(TimeSpan.FromMilliseconds(450));
    }

    [Fact]
    public async Task Retries_keep_the_pace_too_and_a_late_answer_counts_while_one_waits_for_its_slot()
    {
        await using var agent = new ScriptedAgent((request, number) => number < 2 ? [] : [ScriptedAgent.Response(request, varBinds: ScriptedAgent.Value(Name.ToString()))]);
        var clock = Stopwatch.StartNew();

        var reply = await client.GetAsync(Peer(agent.EndPoint, pace: 4, timeout: 20, retries: 5), Name);

        reply.IsSuccess.Should().BeTrue();
        clock.Elapsed.Should().BeGreaterThan(TimeSpan.FromMilliseconds(200), "the second packet waits for a quarter of a second, not for 20 ms");
    }

    [Fact]
    public async Task What_waits_for_its_slot_can_be_cancelled_and_ends_at_the_deadline()
    {
        using var hasty = new SnmpClient(new SnmpClientOptions { RequestDeadline = TimeSpan.FromMilliseconds(400) });
        await using var agent = new ScriptedAgent((request, _) => [ScriptedAgent.Response(request, varBinds: ScriptedAgent.Value(Name.ToString()))]);
        var peer = Peer(agent.EndPoint, pace: 1, timeout: 20_000, retries: 0);
        await JobWorld.UntilAsync(async () => (await hasty.GetAsync(peer, Name)).IsSuccess, "its first packet is answered");
        var before = agent.Requests.Count;
        using var cancel = new CancellationTokenSource();
        var cancelled = hasty.GetAsync(peer, Name, cancel.Token).AsTask();
        var late = hasty.GetAsync(peer, Name).AsTask();

        await cancel.CancelAsync();

        await FluentActions.Awaiting(() => cancelled).Should().ThrowAsync<OperationCanceledException>();
        (await late).Status.Should().Be(SnmpReplyStatus.TimedOut);
        agent.Requests.Should().HaveCount(before);
    }

    [Fact]
    public async Task A_request_ends_at_its_deadline_with_tries_left()
    {
        using var hasty = new SnmpClient(new SnmpClientOptions { RequestDeadline = TimeSpan.FromMilliseconds(300), Backoff = 1 });
        await using var silent = new ScriptedAgent((_, _) => []);
        var clock = Stopwatch.StartNew();

        var reply = await hasty.GetAsync(Peer(silent.EndPoint, timeout: 50, retries: 10_000), Name);

        reply.Status.Should().Be(SnmpReplyStatus.TimedOut);
        reply.Attempts.Should().BeInRange(1, 20);
        clock.Elapsed.Should().BeGreaterThan(TimeSpan.FromMilliseconds(290));
    }

    [Fact]
    public void Each_retry_waits_half_as_long_again_and_no_two_devices_alike()
    {
        var peer = Peer(new IPEndPoint(IPAddress.Loopback, 161), timeout: 1_000);
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            var waits = Enumerable.Range(0, 200).Select(_ => client.WaitFor(peer, attempt).TotalMilliseconds).ToList();
            var middle = 1_000 * Math.Pow(1.5, attempt - 1);
            waits.Should().OnlyContain(w => w >= middle * 0.9 && w <= middle * 1.1);
            waits.Distinct().Should().HaveCountGreaterThan(100);
        }
    }

    [Fact]
    public async Task A_dead_device_fails_once_and_not_once_a_table()
    {
        await using var silent = new ScriptedAgent((_, _) => []);
        var columns = new JsonArray([.. Enumerable.Range(1, 40).Select(t => (JsonNode)$"1.3.6.1.4.1.99999.{t}.1.1")]);
        var settings = new JsonObject { ["host"] = "127.0.0.1", ["port"] = silent.EndPoint.Port, ["version"] = "v2c", ["timeout"] = 50, ["retries"] = 1 };
        var target = new ProtocolTarget(Guid.NewGuid(), Guid.NewGuid(), settings, new Dictionary<string, string> { ["readCommunity"] = "public" }, new NetworkPolicy([IPNetwork.Parse("127.0.0.0/8")]));

        var outcome = await new SnmpModule(client, TimeProvider.System).ExecuteAsync(target, "table", new JsonObject { ["columns"] = columns }, default);

        outcome.Fault!.Class.Should().Be(FaultClass.Timeout);
        silent.Requests.Should().HaveCountLessThanOrEqualTo(2, "a request and its retry");
    }

    [Fact]
    public async Task TooBig_without_variables_is_answered_with_less_and_not_with_getnext_for_ever()
    {
        // As RouterOS does it: more than eight variables are tooBig, and the answer has none at all.
        const string table = "1.3.6.1.4.1.99999.1";
        await using var agent = new ScriptedAgent((request, _) =>
        {
            if (request.Pdu.Type == PduType.GetBulkRequest && request.Pdu.ErrorIndex > 8) return [ScriptedAgent.Response(request, SnmpErrorStatus.TooBig)];
            var asked = request.Pdu.VarBinds.Span[0].Name;
            var row = asked.ToString() == table ? 0 : (int)asked.ToArcs()[^1];
            var count = request.Pdu.Type == PduType.GetBulkRequest ? request.Pdu.ErrorIndex : 1;
            return [ScriptedAgent.Response(request, varBinds: [.. Enumerable.Range(row + 1, count).Select(r => ScriptedAgent.Value(r <= 40 ? $"{table}.{r}" : $"1.3.6.1.4.1.99999.2.{r}"))])];
        });

        var walk = client.Walk(Peer(agent.EndPoint, timeout: 20_000), ObjectIdentifier.Parse(table));

        (await walk.CollectAsync()).Sum(p => p.Length).Should().Be(40);
        agent.Requests.Count(r => r.Type == PduType.GetBulkRequest && r.ErrorIndex is > 1 and <= 8).Should().BePositive("bulk goes on with what fits");
        agent.Requests.Should().HaveCountLessThan(20);
    }

    private static SnmpPeer Peer(IPEndPoint endPoint, int pace = 0, int timeout = 2_000, int retries = 2) =>
        new(Guid.Empty, endPoint, SnmpVersion.V2c, "public"u8.ToArray()) { Timeout = TimeSpan.FromMilliseconds(timeout), Retries = retries, PacketsPerSecond = pace };
}
