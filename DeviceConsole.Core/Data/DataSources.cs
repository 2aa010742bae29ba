using Npgsql;

namespace DeviceConsole.Core.Data;

/// <summary>
/// The application's connections. <see cref="App"/> serves everything; <see cref="Completions"/> is a pool of its own, so that
/// finished work is written also when the other is exhausted; <see cref="Devices"/> is what devices that call in get, however many
/// do at once; <see cref="Direct"/> goes past any pooler, for LISTEN and Quartz.
/// </summary>
public sealed class DataSources : IAsyncDisposable
{
    // Seconds that a device may wait for its turn. Most devices give up before, and their wait with them.
    private const int DevicePatience = 120;

    /// <summary>Builds the pools; nothing connects yet.</summary>
    /// <param name="app">Connection string as <c>dc_app</c>.</param>
    /// <param name="direct">Connection string as <c>dc_app</c> that no pooler sits behind.</param>
    public DataSources(string app, string direct)
    {
        App = Build(app, "deviceconsole", maximum: null);
        Completions = Build(app, "deviceconsole-completions", maximum: 8, reset: false);
        Jobs = Build(app, "deviceconsole-jobs", maximum: 8, reset: false);
        Devices = Build(app, "deviceconsole-devices", maximum: 12, reset: false, patience: DevicePatience);
        Direct = Build(direct, "deviceconsole-direct", maximum: 20);
    }

    /// <summary>Services and components.</summary>
    public NpgsqlDataSource App { get; }

    /// <summary>Claims, completions and heartbeats. Nothing there outlives its transaction, so a connection is not reset between two uses.</summary>
    public NpgsqlDataSource Completions { get; }

    /// <summary>Jobs on their way into the table. Nothing there outlives its transaction either.</summary>
    public NpgsqlDataSource Jobs { get; }

    /// <summary>
    /// Sessions of devices that call in. After a restart all devices of a node come at once: few connections that each of them waits for in its
    /// turn let all of them in; many that they fight for leave neither them nor the pages any. Nothing there outlives its transaction.
    /// </summary>
    public NpgsqlDataSource Devices { get; }

    /// <summary>LISTEN.</summary>
    public NpgsqlDataSource Direct { get; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Completions.DisposeAsync();
        await Jobs.DisposeAsync();
        await Devices.DisposeAsync();
        await Direct.DisposeAsync();
    }

    private static NpgsqlDataSource Build(string connectionString, string name, int? maximum, bool reset = true, int? patience = null)
    {
        // Multiplexing would interleave tenants on one connection. What is sent often is prepared: planning under row-level security costs.
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Multiplexing = false, ApplicationName = name, MaxAutoPrepare = 60 };
        if (maximum is { } size && settings.MaxPoolSize > size) settings.MaxPoolSize = size;
        if (patience is { } seconds) settings.Timeout = Math.Max(settings.Timeout, seconds);
        settings.NoResetOnClose = !reset;
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
    }
}
