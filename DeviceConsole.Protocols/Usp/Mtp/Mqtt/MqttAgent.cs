using System.Text.Json.Nodes;
using System.Threading.Channels;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Usp.Session;
using DeviceConsole.Protocols.Usp.Wire;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt;

/// <summary>One agent behind the broker, from its first message on until it leaves or stops answering.</summary>
internal sealed partial class MqttAgent
{
    // A broker does not tell that an agent is gone. After so many answers that did not come it is taken to be.
    private const int MaximumUnanswered = 2;

    private readonly AgentServices services;
    private readonly MqttClient client;
    private readonly UspTopics topics;
    private readonly string agentTopic;
    private readonly bool byTopic;
    private readonly Channel<ReadOnlyMemory<byte>> records = Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(200) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public MqttAgent(AgentServices services, MqttClient client, UspTopics topics, string agentTopic, bool byTopic) =>
        (this.services, this.client, this.topics, this.agentTopic, this.byTopic) = (services, client, topics, agentTopic, byTopic);

    /// <summary>Where it listens.</summary>
    public string Topic => agentTopic;

    /// <summary>Who it is, by its topics.</summary>
    public UspTopics Topics => topics;

    /// <summary>True for an agent of MQTT 3.1.1.</summary>
    public bool ByTopic => byTopic;

    /// <summary>Puts a record in its queue.</summary>
    public void Add(ReadOnlyMemory<byte> record) => records.Writer.TryWrite(record);

    /// <summary>Lets the agent in and talks with it. Returns how long nothing of it is worth looking at.</summary>
    public async Task<TimeSpan> RunAsync(CancellationToken cancellationToken)
    {
        var call = new DeviceCall(UspModuleDescriptor.Id, topics.Tenant, topics.EndpointId) { Transport = byTopic ? "MQTT 3.1.1" : "MQTT 5" };
        if (EndpointId.Check(topics.EndpointId).Error is { } wrong)
        {
            await services.Gateway.NoteRefusalAsync(call, $"The endpoint ID in the topic is wrong: {wrong}", cancellationToken).ConfigureAwait(false);
            return TimeSpan.FromSeconds(10);
        }
        var verdict = await services.Gateway.AuthenticateAsync(call, AgentProof.CheckBroker, cancellationToken).ConfigureAwait(false);
        if (verdict is not { Outcome: CallOutcome.Accepted, Target: { } target }) return TimeSpan.FromSeconds(10);
        var session = await services.Gateway.OpenSessionAsync(target, call, cancellationToken).ConfigureAwait(false);
        var end = new Ending("The product failed on this agent. The server's log says why.", Failed: true);
        try
        {
            await services.Gateway.SaveSettingsAsync(session, new JsonObject { ["replyTopic"] = byTopic ? agentTopic + ByTopicMark : agentTopic }, cancellationToken).ConfigureAwait(false);
            end = await TalkAsync(session, target, call, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogBroken(services.Logger, session.DeviceId, e);
        }
        catch (OperationCanceledException)
        {
            end = new Ending("The product stopped, or the broker is gone.", Failed: false);
        }
        finally
        {
            await services.Gateway.CloseSessionAsync(session, end.Reason, end.Failed, CancellationToken.None).ConfigureAwait(false);
        }
        return TimeSpan.Zero;
    }

    /// <summary>Marks a stored topic whose agent speaks MQTT 3.1.1.</summary>
    public const string ByTopicMark = " (3.1.1)";

    private async Task<Ending> TalkAsync(DeviceSession session, ProtocolTarget target, DeviceCall call, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, session.Ended);
        var link = new MqttLink(client, topics, agentTopic, byTopic);
        var agent = new AgentSession(services, target, call, session, link);
        var work = agent.RunAsync(over.Token);
        var ending = await ReceiveAsync(agent, link, over.Token).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        await work.ConfigureAwait(false);
        if (session.Ended.IsCancellationRequested) return new Ending("The device connected again, or may not be here any more.", Failed: false);
        return ending ?? new Ending("The product stopped, or the broker is gone.", Failed: false);
    }

    // Null where the talk was ended from this side.
    private async Task<Ending?> ReceiveAsync(AgentSession agent, MqttLink link, CancellationToken cancellationToken)
    {
        using var look = new PeriodicTimer(TimeSpan.FromSeconds(1), services.Time);
        Task<bool>? tick = null;
        Task<bool>? read = null;
        try
        {
            while (true)
            {
                read ??= records.Reader.WaitToReadAsync(cancellationToken).AsTask();
                tick ??= look.WaitForNextTickAsync(cancellationToken).AsTask();
                var first = await Task.WhenAny(read, tick).ConfigureAwait(false);
                await first.ConfigureAwait(false);
                if (first == tick) tick = null;
                else read = null;
                while (records.Reader.TryRead(out var record)) await agent.ReceiveAsync(record, cancellationToken).ConfigureAwait(false);
                if (agent.Farewell is { } farewell) return new Ending(farewell, Failed: false);
                if (link.Unheard) return new Ending("The agent left the broker.", Failed: false);
                if (agent.Unanswered >= MaximumUnanswered) return new Ending("The agent stopped answering.", Failed: true);
            }
        }
        catch (UspDecodeException e)
        {
            await agent.SpoilAsync(e.Message).ConfigureAwait(false);
            return new Ending($"The agent sent something that is no USP record: {e.Message}", Failed: true);
        }
        catch (IOException e)
        {
            return new Ending(link.Unheard ? "The agent left the broker." : e.Message, Failed: false);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private sealed record Ending(string Reason, bool Failed);

    [LoggerMessage(3130, LogLevel.Error, "The MQTT talk with device {Device} met a defect.")]
    private static partial void LogBroken(ILogger logger, Guid device, Exception exception);
}
