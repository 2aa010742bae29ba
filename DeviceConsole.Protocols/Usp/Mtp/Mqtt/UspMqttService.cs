using System.Collections.Concurrent;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;
using DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;
using DeviceConsole.Protocols.Usp.Session;
using DeviceConsole.Protocols.Usp.Wire.Messages;
using DeviceConsole.Protocols.Usp.Wire.Records;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt;

/// <summary>
/// The controller at the broker: listens to what agents publish, holds a session for each agent that talks, connects again when the broker was gone.
/// Does nothing where no broker is configured.
/// </summary>
internal sealed partial class UspMqttService(AgentServices services, IOptions<UspMqttOptions> options, ILogger<UspMqttService> logger) : BackgroundService, IProtocolHealth
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1), LastPause = TimeSpan.FromSeconds(60);

    private readonly UspMqttOptions options = options.Value;
    private readonly ConcurrentDictionary<(string Tenant, string EndpointId), MqttAgent> agents = new();
    private readonly ConcurrentDictionary<(string Tenant, string EndpointId), DateTimeOffset> ignored = new();
    private volatile MqttClient? client;
    private IReadOnlyList<MqttAgent> lost = [];
    private int wakes;

    /// <inheritdoc />
    public string Name => "mqtt";

    /// <inheritdoc />
    public bool IsUsed => options.Broker.Length > 0;

    /// <inheritdoc />
    public string? Problem => client is null ? "The MQTT broker cannot be reached: agents behind it wait. Start it, or correct Usp__Mqtt__Broker and its log-in." : null;

    /// <summary>Asks an agent that was here before to say something; its answer opens its session. The result is a sentence for the waiting job.</summary>
    public async Task<string> WakeAsync(ProtocolTarget target, CancellationToken cancellationToken)
    {
        const string absent = "The agent is not connected. It gets the job when it connects again.";
        var stored = target.Settings.Text("replyTopic");
        if (stored is null || options.Broker.Length == 0) return absent;
        var byTopic = stored.EndsWith(MqttAgent.ByTopicMark, StringComparison.Ordinal);
        var topic = byTopic ? stored[..^MqttAgent.ByTopicMark.Length] : stored;
        if (UspTopics.ReadAgent(options.Prefix, topic) is not { } topics || !topics.MayListenTo(topic)) return absent;
        if (client is not { } connected) return "The MQTT broker cannot be reached now. The agent gets the job when it can.";
        try
        {
            var reason = await AskAsync(connected, topics, topic, byTopic, cancellationToken).ConfigureAwait(false);
            return reason == MqttPubAck.NoMatchingSubscribers ? "The agent is not connected to the MQTT broker. It gets the job when it connects again." : "The agent was asked through the MQTT broker to answer.";
        }
        catch (IOException)
        {
            return "The MQTT broker cannot be reached now. The agent gets the job when it can.";
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Broker.Length == 0) return;
        var pause = FirstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connected = await MqttClient.ConnectAsync(ClientOptions(), services.Time, stoppingToken).ConfigureAwait(false);
                await connected.SubscribeAsync(UspTopics.Filter(options.Prefix), stoppingToken).ConfigureAwait(false);
                LogConnected(options.Broker, options.Port);
                pause = FirstPause;
                client = connected;
                await ListenAsync(connected, stoppingToken).ConfigureAwait(false);
                LogGone(options.Broker, options.Port, connected.GoneReason ?? "the product stops");
            }
            catch (IOException e)
            {
                LogGone(options.Broker, options.Port, e.Message);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            finally
            {
                client = null;
            }
            await Task.Delay(pause, services.Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LastPause ? pause * 2 : LastPause;
        }
    }

    private async Task ListenAsync(MqttClient connected, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, connected.Gone);
        var talks = new ConcurrentDictionary<MqttAgent, Task>();
        try
        {
            await AskAgainAsync(connected, over.Token).ConfigureAwait(false);
            await foreach (var message in connected.Messages.ReadAllAsync(over.Token).ConfigureAwait(false)) Take(connected, message, talks, over.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The broker is gone, or the product stops: the sessions end below.
        }
        lost = [.. talks.Keys];
        await over.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(talks.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Agents may have been back at the broker before this controller was, and what they said then went nowhere.
    private async Task AskAgainAsync(MqttClient connected, CancellationToken cancellationToken)
    {
        foreach (var agent in lost) await AskAsync(connected, agent.Topics, agent.Topic, agent.ByTopic, cancellationToken).ConfigureAwait(false);
        lost = [];
    }

    private Task<byte> AskAsync(MqttClient connected, UspTopics topics, string topic, bool byTopic, CancellationToken cancellationToken)
    {
        var ask = new UspMessage($"wake-{Interlocked.Increment(ref wakes)}", new GetSupportedProtocolRequest { ControllerVersions = "1.0,1.1,1.2,1.3,1.4" });
        var record = new UspRecord("1.3", topics.EndpointId, services.Options.EndpointIdOf(topics.Tenant), new NoSessionContext(ask.Encode())).Encode();
        return connected.PublishAsync(MqttLink.Message(topics, topic, byTopic, record), cancellationToken);
    }

    private void Take(MqttClient connected, MqttPublish message, ConcurrentDictionary<MqttAgent, Task> talks, CancellationToken cancellationToken)
    {
        if (message.Retain || message.Payload.Length > services.Options.MaximumRecord) return;
        if (UspTopics.Read(options.Prefix, message.Topic, out var replyTo) is not { } topics) return;
        var reply = replyTo ?? message.ResponseTopic ?? topics.Agent;
        if (!topics.MayListenTo(reply))
        {
            Note(topics, $"The agent wants its answers at the topic {(reply.Length > 100 ? reply[..100] : reply)}. Only {topics.Agent} is its own: correct the response topic on the device.", cancellationToken);
            return;
        }
        var key = (topics.Tenant, topics.EndpointId);
        if (ignored.TryGetValue(key, out var until))
        {
            if (services.Time.GetUtcNow() < until) return;
            ignored.TryRemove(key, out _);
        }
        if (agents.TryGetValue(key, out var known))
        {
            known.Add(message.Payload);
            return;
        }
        var agent = agents[key] = new MqttAgent(services, connected, topics, reply, replyTo is not null);
        agent.Add(message.Payload);
        talks[agent] = TalkAsync(key, agent, talks, cancellationToken);
    }

    private async Task TalkAsync((string Tenant, string EndpointId) key, MqttAgent agent, ConcurrentDictionary<MqttAgent, Task> talks, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            var quiet = await agent.RunAsync(cancellationToken).ConfigureAwait(false);
            if (quiet > TimeSpan.Zero && ignored.Count < 100_000) ignored[key] = services.Time.GetUtcNow() + quiet;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogBroken(key.EndpointId, e);
        }
        finally
        {
            agents.TryRemove(new(key, agent));
            talks.TryRemove(agent, out _);
        }
    }

    private void Note(UspTopics topics, string reason, CancellationToken cancellationToken) =>
        _ = services.Gateway.NoteRefusalAsync(new DeviceCall(UspModuleDescriptor.Id, topics.Tenant, topics.EndpointId) { Transport = "MQTT" }, reason, cancellationToken);

    private MqttClientOptions ClientOptions() => new()
    {
        Host = options.Broker, Port = options.Port, Tls = options.Tls, Version = options.Version, ClientId = options.ClientId, UserName = options.User, Password = options.Password,
        MaximumPacket = services.Options.MaximumRecord + 64 * 1024, UserProperties = [new("usp-endpoint-id", services.Options.EndpointId)],
    };

    [LoggerMessage(3140, LogLevel.Information, "USP listens at the MQTT broker {Host}:{Port}.")]
    private partial void LogConnected(string host, int port);

    [LoggerMessage(3141, LogLevel.Warning, "USP has no connection to the MQTT broker {Host}:{Port}: {Reason}")]
    private partial void LogGone(string host, int port, string reason);

    [LoggerMessage(3142, LogLevel.Error, "The MQTT talk with agent {Agent} met a defect.")]
    private partial void LogBroken(string agent, Exception exception);
}
