using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using DeviceConsole.Core;
using DeviceConsole.Core.Credentials;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Discovery;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Tests.Devices;
using DeviceConsole.Tests.Jobs;

namespace DeviceConsole.Tests.Discovery;

/// <summary>Scans that are stopped, interrupted, taken over.</summary>
public sealed class ScanRunTests(DeviceWorld world) : IClassFixture<DeviceWorld>
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);
    private readonly Lookout lookout = new();
    private readonly Guid worker = Guid.NewGuid();

    private DiscoveryService Service => new(world.Database.Sources, new ProtocolCatalog([lookout]));

    private ScanStore Store => new(world.Database.Sources, world.Secrets);

    [Fact]
    public async Task A_scan_asks_every_address_with_the_templates_secrets_and_keeps_what_answered()
    {
        var scan = await CreateAsync("127.0.1.0/28");
        lookout.Answer = a => a.ToString().EndsWith('3') ? Finding(a, "edge-3", "engine-3") : null;

        await RunAsync(await ClaimAsync(scan));

        lookout.Asked.Should().HaveCount(14).And.OnlyHaveUniqueItems();
        lookout.Secrets.Should().Be("canary-scan");
        var view = (await Service.GetAsync(world.Operator, scan, default)).Value;
        (view.State, view.Done, view.Found, view.Proposed, view.Reason).Should().Be((DiscoveryState.Completed, 14, 2, 2, null));
        (await FindingsAsync(scan)).Select(f => f.Address).Should().Equal("127.0.1.3", "127.0.1.13");
        (await Service.FindingsAsync(world.Stranger, scan, null, 10, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
    }

    [Fact]
    public async Task A_scan_is_stopped_by_a_person_within_a_step_and_asks_nothing_more()
    {
        var scan = await CreateAsync("127.0.2.0/24");
        lookout.Hold = true;
        var run = RunAsync(await ClaimAsync(scan));
        await JobWorld.UntilAsync(() => Task.FromResult(lookout.Asked.Count == 4), "four addresses are being asked");

        await Service.CancelAsync(world.Operator, scan, default);
        await run;

        lookout.Asked.Should().HaveCount(4);
        var view = (await Service.GetAsync(world.Operator, scan, default)).Value;
        view.State.Should().Be(DiscoveryState.Cancelled);
        view.Reason.Should().Be($"{world.Operator.ActorName} stopped it after 0 of 254 addresses.");
    }

    [Fact]
    public async Task A_scan_that_its_node_left_goes_on_elsewhere_where_it_stood_and_a_late_word_of_the_first_node_changes_nothing()
    {
        var scan = await CreateAsync("127.0.3.0/24");
        lookout.HoldFrom = IPAddress.Parse("127.0.3.101");
        using var stop = new CancellationTokenSource();
        var first = await ClaimAsync(scan);
        var run = RunAsync(first, stop.Token);
        await JobWorld.UntilAsync(async () => (await Service.GetAsync(world.Operator, scan, default)).Value.Done == 100, "a hundred are done");
        await stop.CancelAsync();
        await run.Invoking(r => r).Should().ThrowAsync<OperationCanceledException>();
        await Store.LeaveAsync(first, worker, default);
        lookout.HoldFrom = null;
        lookout.Asked.Clear();

        var second = Guid.NewGuid();
        var claimed = (await Store.ClaimAsync(second, default))!;
        (await Store.StepAsync(first, worker, 250, [Finding(IPAddress.Parse("127.0.3.9"), "late", "late")], default)).Held.Should().BeFalse();
        await new ScanRun(claimed, second, Store, TimeProvider.System).RunAsync(lookout, 4, Step, default);

        claimed.Position.Should().Be(100);
        lookout.Asked.Should().HaveCount(154).And.NotContain(IPAddress.Parse("127.0.3.100"));
        (await Service.GetAsync(world.Operator, scan, default)).Value.State.Should().Be(DiscoveryState.Completed);
        (await FindingsAsync(scan)).Should().BeEmpty("the first node's word came too late");
    }

    [Fact]
    public async Task A_network_that_is_taken_from_the_tenant_ends_its_scan_with_a_sentence()
    {
        var scan = await CreateAsync("127.0.4.0/24");
        lookout.Hold = true;
        var run = RunAsync(await ClaimAsync(scan));
        await JobWorld.UntilAsync(() => Task.FromResult(!lookout.Asked.IsEmpty), "it has begun");
        await world.Database.ExecuteAsync("UPDATE tenants SET allowed_networks = '{10.0.0.0/8}' WHERE id = $1", world.Tenant);
        try
        {
            await run;
        }
        finally
        {
            await world.Database.ExecuteAsync("UPDATE tenants SET allowed_networks = '{127.0.0.0/8}' WHERE id = $1", world.Tenant);
        }

        var view = (await Service.GetAsync(world.Operator, scan, default)).Value;
        view.State.Should().Be(DiscoveryState.Failed);
        view.Reason.Should().Contain("127.0.4.1 lies outside of the networks that this tenant may scan (10.0.0.0/8).");
    }

    [Fact]
    public async Task A_device_with_two_addresses_becomes_one_and_a_cloned_identity_with_another_name_two()
    {
        var scan = await CreateAsync("127.0.5.1-8");
        lookout.Answer = a => a.GetAddressBytes()[3] switch { 1 or 2 => Finding(a, "core", "engine-a"), 3 => Finding(a, "clone", "engine-a"), 4 => Finding(a, "", null) with { TemplateId = null, Note = "It answers, but no template fits." }, _ => null };
        await RunAsync(await ClaimAsync(scan));
        var acceptor = new DiscoveryAcceptor(world.Database.Sources, Service, new DeviceService(world.Database.Sources, new ProtocolCatalog([lookout]), world.Secrets));

        var one = (await acceptor.AcceptAsync(world.Operator, scan, ["127.0.5.1"], default)).Value;
        var all = (await acceptor.AcceptAsync(world.Operator, scan, null, default)).Value;
        var none = (await acceptor.AcceptAsync(world.Operator, scan, ["127.0.5.4"], default)).Value;

        (one.Created, all.Created, all.Known, none.Created).Should().Be((1, 1, 1, 0));
        none.Problems.Should().ContainSingle().Which.Should().StartWith("127.0.5.4: no credential template fits.");
        (await FindingsAsync(scan)).Select(f => (f.Address, f.DeviceName, f.KnownBy)).Should().Equal(
            ("127.0.5.1", "core", "accepted"), ("127.0.5.2", "core", "identity"), ("127.0.5.3", "clone", "accepted"), ("127.0.5.4", null, null));
        (await Service.StartAsync(world.Operator, scan, default)).IsSuccess.Should().BeTrue();
        await RunAsync(await ClaimAsync(scan));
        (await FindingsAsync(scan)).Select(f => f.KnownBy).Should().Equal("accepted", "identity", "accepted", null);
    }

    [Fact]
    public async Task Turns_come_at_an_even_pace_whoever_asks()
    {
        var pace = new ScanPace(200, TimeProvider.System);
        var watch = Stopwatch.StartNew();

        await Task.WhenAll(Enumerable.Range(0, 21).Select(_ => pace.WaitAsync(default).AsTask()));

        watch.Elapsed.Should().BeGreaterThan(TimeSpan.FromMilliseconds(95));
    }

    private static DiscoveryFinding Finding(IPAddress address, string name, string? identity) => new(address) { Name = name, Identity = identity, TemplateId = Lookout.Last, Description = "a\0b\r\n" };

    private async Task<Guid> CreateAsync(string range)
    {
        var template = (await world.Templates.CreateAsync(world.Operator, new CredentialTemplateInput($"t {Guid.NewGuid():N}", "test", [], new Dictionary<string, string> { ["community"] = "canary-scan" }), default)).Value;
        var made = await Service.CreateAsync(world.Operator, new DiscoveryScanInput { Name = range, Protocol = "test", Ranges = [range], TemplateIds = [template.Id], Rate = 1_000 }, default);
        return made.Value.Id;
    }

    private async Task<ClaimedScan> ClaimAsync(Guid scan)
    {
        var claimed = (await Store.ClaimAsync(worker, default))!;
        claimed.Id.Should().Be(scan);
        Lookout.Last = claimed.Credentials[0].TemplateId;
        return claimed;
    }

    private Task RunAsync(ClaimedScan scan, CancellationToken stop = default) => new ScanRun(scan, worker, Store, TimeProvider.System).RunAsync(lookout, 4, Step, stop);

    private async Task<IReadOnlyList<DiscoveryFindingView>> FindingsAsync(Guid scan) => (await Service.FindingsAsync(world.Operator, scan, null, 100, default)).Value.Items;

    /// <summary>A protocol that remembers whom it asked.</summary>
    private sealed class Lookout : IDiscoveryProtocol
    {
        private readonly TestProtocol form = new();

        public static Guid? Last { get; set; }

        public ConcurrentBag<IPAddress> Asked { get; } = [];

        public string? Secrets { get; private set; }

        public bool Hold { get; set; }

        public IPAddress? HoldFrom { get; set; }

        public Func<IPAddress, DiscoveryFinding?> Answer { get; set; } = _ => null;

        public ProtocolDescriptor Descriptor => form.Descriptor;

        public int DefaultPort => 161;

        public async Task<DiscoveryFinding?> ProbeAsync(DiscoveryProbe probe, IPAddress address, CancellationToken cancellationToken)
        {
            await probe.Turn(cancellationToken);
            Asked.Add(address);
            Secrets = probe.Credentials[0].Secrets["community"];
            if (Hold || (HoldFrom is { } from && address.GetAddressBytes()[3] >= from.GetAddressBytes()[3])) await Task.Delay(Timeout.Infinite, cancellationToken);
            return Answer(address);
        }

        public JsonObject EndpointFor(IPAddress address, int port) => new() { ["host"] = address.ToString(), ["port"] = port };

        public IReadOnlyList<FieldError> CheckSettings(JsonObject settings) => form.CheckSettings(settings);

        public IReadOnlyList<FieldError> CheckArguments(string operation, JsonObject arguments) => [];

        public string Describe(string operation, JsonObject arguments) => operation;

        public Task<ProtocolOutcome> ExecuteAsync(ProtocolTarget target, string operation, JsonObject arguments, CancellationToken cancellationToken) => throw new InvalidOperationException("Scans run no operations.");
    }
}
