using System.Net;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Traps;
using DeviceConsole.Protocols.Smi;
using DeviceConsole.Tests.Alarms;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DeviceConsole.Tests.Traps;

/// <summary>Notifications on their way into the database, and who receives them.</summary>
public sealed class TrapWriterTests(AlarmWorld world) : IClassFixture<AlarmWorld>
{
    private const string LinkDown = "1.3.6.1.6.3.1.1.5.3";

    [Fact]
    public async Task What_the_database_cannot_hold_is_lost_alone()
    {
        var device = await world.DeviceAsync();
        var told = new Subscriber();

        // There is no partition for that year.
        await Writer(told).StoreAsync(world.Tenant, [.. Enumerable.Range(1, 5).Select(i => Notification(device, i, i == 3 ? DateTimeOffset.Parse("2190-01-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture) : null))], default);

        (await StoredAsync(device)).Should().Be(4);
        told.Traps.Should().HaveCount(4, "nobody is told of what is not there");
    }

    [Fact]
    public async Task A_database_that_is_away_is_waited_for_and_nothing_is_stored_twice()
    {
        var own = new AlarmWorld();
        await own.InitializeAsync();
        try
        {
            var device = await own.DeviceAsync();
            var (told, log) = (new Subscriber(), new Recorder());
            await own.Database.Server.ExecuteAsync("postgres", $"ALTER DATABASE {own.Database.Name} WITH ALLOW_CONNECTIONS false");
            await own.Database.Server.ExecuteAsync("postgres", $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{own.Database.Name}' AND usename = 'dc_app'");

            var storing = Writer(told, own, log).StoreAsync(own.Tenant, [Notification(device, 1), Notification(device, 2)], default);
            await log.Waiting.Task.WaitAsync(TimeSpan.FromSeconds(30));
            storing.IsCompleted.Should().BeFalse();
            await own.Database.Server.ExecuteAsync("postgres", $"ALTER DATABASE {own.Database.Name} WITH ALLOW_CONNECTIONS true");
            await storing.WaitAsync(TimeSpan.FromSeconds(60));

            (await own.Database.ScalarAsync<long>("SELECT count(*) FROM device_events WHERE device_id = $1", device)).Should().Be(2);
            told.Traps.Should().HaveCount(2);
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    [Fact]
    public async Task All_nodes_are_one_engine_at_a_receivers_address_also_after_a_restart_and_a_clock_that_went_back_begins_anew()
    {
        byte[] first = [0x80, 0, 0, 0, 5, 1, 1, 1, 1, 1, 1, 1, 1], second = [0x80, 0, 0, 0, 5, 2, 2, 2, 2, 2, 2, 2, 2];

        var one = await Desk().EngineAsync("192.0.2.1:162", first, default);
        var two = await Desk().EngineAsync("192.0.2.1:162", second, default);
        var elsewhere = await Desk().EngineAsync("192.0.2.2:162", second, default);
        await world.Database.ExecuteAsync("UPDATE notification_engines SET started_at = now() + interval '1 hour' WHERE receiver = '192.0.2.1:162'");
        var reset = await Desk().EngineAsync("192.0.2.1:162", second, default);

        (one.Id, two.Id).Should().BeEquivalentTo((first, first));
        (two.Boots, two.Age >= one.Age).Should().Be((one.Boots, true));
        elsewhere.Id.Should().Equal(second);
        reset.Id.Should().Equal(first);
        (reset.Boots, reset.Age < TimeSpan.FromMinutes(1)).Should().Be((one.Boots + 1, true));
    }

    private TrapDesk Desk() => new(world.Database.Sources, null!, null!, null!, null!);

    private TrapWriter Writer(ITrapSubscriber subscriber, AlarmWorld? of = null, ILogger<TrapWriter>? log = null)
    {
        var sources = (of ?? world).Database.Sources;
        var mibs = new MibCache(sources, new MibCompiler(), new ChangeFeed(new JobListener(sources, NullLogger<JobListener>.Instance)));
        return new TrapWriter(sources, mibs, [subscriber], TimeProvider.System, log ?? NullLogger<TrapWriter>.Instance);
    }

    private ReceivedNotification Notification(Guid device, int index, DateTimeOffset? at = null) => new(
        world.Tenant, device, "snmp", LinkDown, "SNMPv2c trap", [new ParameterValue($"1.3.6.1.2.1.2.2.1.1.{index}", $"{index}", "INTEGER")], IPAddress.Loopback, at ?? DateTimeOffset.UtcNow);

    private Task<long> StoredAsync(Guid device) => world.Database.ScalarAsync<long>("SELECT count(*) FROM device_events WHERE device_id = $1", device);

    private sealed class Subscriber : ITrapSubscriber
    {
        public List<TrapNotification> Traps { get; } = [];

        public Task OnTrapsAsync(Guid tenant, IReadOnlyList<TrapNotification> traps, CancellationToken cancellationToken)
        {
            Traps.AddRange(traps);
            return Task.CompletedTask;
        }
    }

    private sealed class Recorder : ILogger<TrapWriter>
    {
        public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == 2804) Waiting.TrySetResult();
        }
    }
}
