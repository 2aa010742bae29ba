using Npgsql;

namespace DeviceConsole.Core.Data;

/// <summary>
/// The application's connections. <see cref="App"/> serves everything; <see cref="Completions"/> is a pool of its own, so that
/// finished work is written also when the other is exhausted; <see cref="Direct"/> goes past any pooler, for LISTEN and Quartz.
/// </summary>
public sealed class DataSources : IAsyncDisposable
{
    /// <summary>Builds the pools; nothing connects yet.</summary>
    /// <param name="app">Connection string as <c>dc_app</c>.</param>
    /// <param name="direct">Connection string as <c>dc_app</c> that no pooler sits behind.</param>
    public DataSources(string app, string direct)
    {
        App = Build(app, "deviceconsole", maximum: null);
        Completions = Build(app, "deviceconsole-completions", maximum: 8, reset: false);
        Direct = Build(direct, "deviceconsole-direct", maximum: 20);
        DirectConnectionString = direct;
    }

    /// <summary>Services and components.</summary>
    public NpgsqlDataSource App { get; }

    /// <summary>Claims, completions and heartbeats. Nothing there outlives its transaction, so a connection is not reset between two uses.</summary>
    public NpgsqlDataSource Completions { get; }

    /// <summary>LISTEN.</summary>
    public NpgsqlDataSource Direct { get; }

    /// <summary>What <see cref="Direct"/> connects with, for Quartz's own pool.</summary>
    public string DirectConnectionString { get; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Completions.DisposeAsync();
        await Direct.DisposeAsync();
    }

    private static NpgsqlDataSource Build(string connectionString, string name, int? maximum, bool reset = true)
    {
        // Multiplexing would interleave tenants on one connection. What is sent often is prepared: planning under row-level security costs.
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Multiplexing = false, ApplicationName = name, MaxAutoPrepare = 60 };
        if (maximum is { } size && settings.MaxPoolSize > size) settings.MaxPoolSize = size;
        settings.NoResetOnClose = !reset;
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
    }
}
