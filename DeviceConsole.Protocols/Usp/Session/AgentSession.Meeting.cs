using System.Threading.Channels;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Usp.Wire.Messages;

namespace DeviceConsole.Protocols.Usp.Session;

// What this controller wants to know of an agent, and to be told by it.
internal sealed partial class AgentSession
{
    private static readonly (string Id, string Type, string Path)[] Subscriptions =
    [
        ("deviceconsole-boot", "Event", "Device.Boot!"),
        ("deviceconsole-operations", "OperationComplete", "Device."),
    ];

    private readonly Channel<Func<CancellationToken, Task>> plans = Channel.CreateBounded<Func<CancellationToken, Task>>(new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropWrite });
    private DeviceFacts facts = DeviceFacts.None;
    private volatile SupportedModel? model;

    private void Plan(Func<CancellationToken, Task> step) => plans.Writer.TryWrite(step);

    // One step after the other beside the jobs; a step that finds the agent silent is given up.
    private async Task MeetAsync(CancellationToken cancellationToken)
    {
        Plan(token => DescribeAsync(booted: false, token));
        await foreach (var step in plans.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false)) await step(cancellationToken).ConfigureAwait(false);
    }

    private async Task DescribeAsync(bool booted, CancellationToken cancellationToken)
    {
        var trace = new List<TraceEntry>();
        var reply = await RequestAsync(new GetRequest { ParamPaths = ["Device.DeviceInfo."] }, patience, trace, cancellationToken).ConfigureAwait(false);
        await gateway.TraceAsync(session, trace, cancellationToken).ConfigureAwait(false);
        if (reply.As<GetResponse>(out _) is not { } response) return;
        var found = UspValues.FactsOf(UspValues.Of(response, null));
        if (found != facts)
        {
            facts = found;
            await gateway.DescribeAsync(session, facts, cancellationToken).ConfigureAwait(false);
            await LearnAsync(cancellationToken).ConfigureAwait(false);
        }
        await gateway.StoreValuesAsync(session, UspValues.Of(response, model), cancellationToken).ConfigureAwait(false);
        await JudgeFirmwareAsync(found.SoftwareVersion, booted, cancellationToken).ConfigureAwait(false);
        if (subscribed) return;
        subscribed = true;
        await SubscribeAsync(cancellationToken).ConfigureAwait(false);
    }

    private bool subscribed;

    private async Task ReadAsync(string path, CancellationToken cancellationToken)
    {
        var reply = await RequestAsync(new GetRequest { ParamPaths = [path] }, patience, null, cancellationToken).ConfigureAwait(false);
        if (reply.As<GetResponse>(out _) is { } response) await gateway.StoreValuesAsync(session, UspValues.Of(response, model), cancellationToken).ConfigureAwait(false);
    }

    // One device of a model tells what all of them support.
    private async Task LearnAsync(CancellationToken cancellationToken) =>
        model = await services.Models.LearnAsync(session.TenantId, facts, () => AskModelAsync(cancellationToken), cancellationToken).ConfigureAwait(false);

    private async Task<SupportedModel?> AskModelAsync(CancellationToken cancellationToken)
    {
        var request = new GetSupportedDmRequest { ObjectPaths = ["Device."], ReturnParams = true };
        var reply = await RequestAsync(request, patience, null, cancellationToken).ConfigureAwait(false);
        return reply.As<GetSupportedDmResponse>(out _) is { } response && new SupportedModel(response) is { Count: > 0 } learnt ? learnt : null;
    }

    // Boots and the ends of commands are told only to those who subscribed (TR-369 §"Notifications and Subscription Mechanism").
    private async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        if (target.Settings["subscribe"]?.GetValueKind() == System.Text.Json.JsonValueKind.False) return;
        var trace = new List<TraceEntry>();
        // One path for each, since an agent may look a search expression up in its own subscriptions alone.
        var reply = await RequestAsync(new GetRequest { ParamPaths = [.. Subscriptions.Select(s => $"Device.LocalAgent.Subscription.[ID==\"{s.Id}\"].ID")] }, patience, trace, cancellationToken).ConfigureAwait(false);
        if (reply.As<GetResponse>(out _) is { } response)
        {
            var there = response.RequestedPaths.SelectMany(p => p.Resolved).SelectMany(r => r.Parameters.Values).ToHashSet(StringComparer.Ordinal);
            var missing = Subscriptions.Where(s => !there.Contains(s.Id)).Select(Settings).ToList();
            if (missing.Count > 0) await RequestAsync(new AddRequest { AllowPartial = true, Objects = missing }, patience, trace, cancellationToken).ConfigureAwait(false);
        }
        await gateway.TraceAsync(session, trace, cancellationToken).ConfigureAwait(false);
    }

    private static ObjectSettings Settings((string Id, string Type, string Path) wanted) => new()
    {
        Path = "Device.LocalAgent.Subscription.",
        Parameters =
        [
            new() { Name = "Enable", Value = "true", Required = true },
            new() { Name = "ID", Value = wanted.Id, Required = true },
            new() { Name = "NotifType", Value = wanted.Type, Required = true },
            new() { Name = "ReferenceList", Value = wanted.Path, Required = true },
            new() { Name = "Persistent", Value = "true" },
            new() { Name = "NotifRetry", Value = "true" },
        ],
    };
}
