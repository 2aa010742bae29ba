using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Protocols.Usp.Mtp.Mqtt;
using DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;
using DeviceConsole.Simulator.Usp;
using DeviceConsole.Tests.Jobs;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Protocols.Usp.Mqtt;

/// <summary>Agents through a real mosquitto, whose users may each publish and listen under their own endpoint ID alone.</summary>
public sealed class UspMqttTests : IAsyncLifetime
{
    private readonly UspWorld world = new();
    private readonly Dictionary<string, string> users = new() { ["controller"] = "ctl" };
    private MosquittoBroker broker = null!;

    public async Task InitializeAsync()
    {
        // mosquitto's users hold no colons, endpoint IDs do: the access list says which user is which agent.
        var access = "user controller\ntopic read usp/+/controller/#\ntopic write usp/+/agent/#\n";
        for (var i = 0; i < 4; i++)
        {
            users[User(i)] = "agent";
            access += $"\nuser {User(i)}\ntopic write usp/acme/controller/{Id(i)}/#\ntopic read usp/acme/agent/{Id(i)}/#\n";
        }
        broker = await MosquittoBroker.StartAsync(users, access);
        await world.StartAsync(("Usp:Mqtt:Broker", "127.0.0.1"), ("Usp:Mqtt:Port", $"{broker.Port}"), ("Usp:Mqtt:User", "controller"), ("Usp:Mqtt:Password", "ctl"));
    }

    public async Task DisposeAsync()
    {
        await world.DisposeAsync();
        await broker.DisposeAsync();
    }

    [Theory]
    [InlineData(MqttVersion.V5, "MQTT 5")]
    [InlineData(MqttVersion.V311, "MQTT 3.1.1")]
    public async Task Jobs_go_through_the_broker_and_back(MqttVersion version, string transport)
    {
        var (device, options) = await CreateAsync(0);
        await using var agent = Start(options, 0, version);
        await world.OnlineAsync(device);

        var get = await world.RunAsync(device, "get", UspWorld.Paths("Device.DeviceInfo.SerialNumber"));
        var refresh = await world.RunAsync(device, "refresh", UspWorld.Paths("Device."));

        get.Job.State.Should().Be(JobState.Completed, get.Job.Fault?.Message);
        get.Values.Should().ContainSingle().Which.Value.Should().Be(options.Gateway.Serial);
        refresh.Values.Should().HaveCountGreaterThan(500);
        (await world.Host.Get<SessionService>().ListAsync(world.Admin, device, false, null, 10, default)).Value[0].Transport.Should().Be(transport);
        await JobWorld.UntilAsync(() => Task.FromResult(agent.Unacknowledged == 0 && agent.Connections == 1), "its notifications are acknowledged");
    }

    [Fact]
    public async Task The_broker_keeps_one_agent_from_posing_as_another_and_answers_go_to_the_agents_own_topic_alone()
    {
        var (device, options) = await CreateAsync(1);
        var (other, victim) = await CreateAsync(2);
        await using var posing = await MqttClient.ConnectAsync(Client(User(1), MqttVersion.V5), TimeProvider.System, default);

        // mosquitto acknowledges what it does not pass on with "not authorized".
        (await posing.PublishAsync(new MqttPublish($"usp/acme/controller/{victim.Id}", Array.Empty<byte>()) { QualityOfService = 1 }, default)).Should().Be(0x87);
        await posing.PublishAsync(new MqttPublish($"usp/acme/controller/{options.Id}", new byte[] { 1 }) { QualityOfService = 1, ResponseTopic = $"usp/acme/agent/{victim.Id}" }, default);

        await JobWorld.UntilAsync(async () => (await world.RefusalsAsync(options.Id)).Any(r => r.Contains("correct the response topic", StringComparison.Ordinal)), "the wrong response topic is told");
        foreach (var id in (Guid[])[device, other]) (await world.Host.Get<SessionService>().ConnectionsAsync(world.Admin, id, default)).Value.Should().BeEmpty();
    }

    [Fact]
    public async Task After_the_broker_was_gone_everybody_comes_back_and_an_absent_agent_is_asked()
    {
        var (device, options) = await CreateAsync(3);
        await using var agent = Start(options, 3, MqttVersion.V5);
        await world.OnlineAsync(device);
        await world.RunAsync(device, "get", UspWorld.Paths("Device.DeviceInfo.SerialNumber"));

        await broker.RestartAsync();

        await JobWorld.UntilAsync(async () => agent.Connections >= 2 && (await world.SessionsAsync(device)).Any(s => s.ClosedAt is not null), "the agent is back at the broker, and its session before is over");
        (await world.RunAsync(device, "get", UspWorld.Paths("Device.DeviceInfo.SerialNumber"))).Job.State.Should().Be(JobState.Completed);
        (await world.Host.Get<DeviceService>().GetAsync(world.Admin, device, default)).Value.Endpoints[0].Settings["replyTopic"]!.GetValue<string>().Should().Be($"usp/acme/agent/{options.Id}");
    }

    [Fact]
    public async Task A_wrong_password_is_a_sentence()
    {
        var connecting = () => MqttClient.ConnectAsync(Client(User(0), MqttVersion.V5) with { Password = "wrong" }, TimeProvider.System, default);

        (await connecting.Should().ThrowAsync<IOException>()).WithMessage("*does not let this client in: the user or the password is wrong*");
    }

    private static string User(int index) => $"agent-{index}";

    private static string Id(int index) => $"os::00D09E-MQTT-{index}";

    private async Task<(Guid Device, UspAgentOptions Options)> CreateAsync(int index)
    {
        var options = UspWorld.NewAgent() with { EndpointId = Id(index) };
        var made = await world.Host.Get<DeviceService>().CreateAsync(world.Admin, new DeviceInput
        {
            Name = options.Id, Endpoints = [new EndpointInput("usp", new() { ["timeout"] = 5 }, new Dictionary<string, string>()) { Identity = options.Id }],
        }, default);
        return (made.Value.Device.Id, options);
    }

    private UspAgent Start(UspAgentOptions options, int index, MqttVersion version) => UspAgent.Start(options, new MqttTransport(Client(User(index), version), "acme"));

    private MqttClientOptions Client(string user, MqttVersion version) => new() { Host = "127.0.0.1", Port = broker.Port, Version = version, UserName = user, Password = "agent" };
}
