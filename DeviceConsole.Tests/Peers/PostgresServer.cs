using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DeviceConsole.Migrations;
using Npgsql;

namespace DeviceConsole.Tests.Peers;

/// <summary>
/// A private PostgreSQL cluster from Debian's binaries, run as an unprivileged user also when the tests run as root.
/// <see cref="SharedAsync"/> is one for the whole test run; a test that stops or restarts its server starts its own.
/// A guard process stops it when the test process ends, however it ends.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Template = "dc_template";
    // A database is some hundred files. Where several are made and dropped a second, a file system that looks at its recently deleted inodes
    // (ext4 for 5 s) takes most of a second for each: in memory it is a tenth.
    private static readonly Lazy<Task<PostgresServer>> Shared = new(() =>
        StartInAsync(FolderInMemory() ?? Path.GetTempPath(), "fsync=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0", "max_wal_size=256MB"));
    private static int databases;
    private readonly SemaphoreSlim templateLock = new(1, 1);
    private readonly string folder;
    private readonly Process guard;
    private bool templateReady;

    private PostgresServer(string folder, int port, Process guard) => (this.folder, Port, this.guard) = (folder, port, guard);

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The cluster's folder.</summary>
    public string DataFolder => Path.Combine(folder, "data");

    /// <summary>The server that all tests share; never stopped or restarted by a test, so it need not survive a crash.</summary>
    public static Task<PostgresServer> SharedAsync() => Shared.Value;

    /// <summary>Starts a server of one's own.</summary>
    public static Task<PostgresServer> StartAsync(params string[] settings) => StartInAsync(Path.GetTempPath(), settings);

    private static async Task<PostgresServer> StartInAsync(string place, params string[] settings)
    {
        var bin = FindBinaries();
        var folder = Directory.CreateDirectory(Path.Combine(place, $"dcpg{Guid.NewGuid():n}"[..12])).FullName;
        var port = FreePort();
        if (Environment.IsPrivilegedProcess) await RunAsync("chown", "postgres", folder);
        var data = Path.Combine(folder, "data");
        await RunUnprivilegedAsync(Path.Combine(bin, "initdb"), "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        var server = new PostgresServer(folder, port, StartGuard(bin, data, folder));
        var options = string.Join(' ', new[] { "listen_addresses=127.0.0.1", $"port={port}", $"unix_socket_directories={folder}", "max_connections=300", "shared_buffers=256MB", "log_min_messages=warning" }
            .Concat(settings).Select(s => $"-c {s}"));
        server.startOptions = options;
        await server.StartServerAsync();
        return server;
    }

    /// <summary>Starts a server on a cluster that is there already, a restored one.</summary>
    public static async Task<PostgresServer> StartOnAsync(string data)
    {
        var folder = Directory.CreateTempSubdirectory("dcpg").FullName;
        if (Environment.IsPrivilegedProcess) await RunAsync("chown", "postgres", folder);
        Directory.CreateSymbolicLink(Path.Combine(folder, "data"), data);
        var port = FreePort();
        var server = new PostgresServer(folder, port, StartGuard(FindBinaries(), data, folder)) { startOptions = $"-c max_connections=300 -c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder}" };
        await server.StartServerAsync();
        return server;
    }

    private string startOptions = "";

    /// <summary>Starts the server again after <see cref="StopImmediatelyAsync"/>.</summary>
    public Task StartServerAsync() =>
        RunUnprivilegedAsync(Path.Combine(FindBinaries(), "pg_ctl"), "-D", Path.Combine(folder, "data"), "-l", Path.Combine(folder, "log"), "-o", startOptions, "-w", "-t", "60", "start");

    /// <summary>Stops the server as a power cut would: no checkpoint, every connection dropped.</summary>
    public Task StopImmediatelyAsync() =>
        RunUnprivilegedAsync(Path.Combine(FindBinaries(), "pg_ctl"), "-D", Path.Combine(folder, "data"), "-m", "immediate", "-w", "stop");

    /// <summary>A connection string for a role and a database of this server.</summary>
    public string ConnectionString(string role, string database) =>
        $"Host=127.0.0.1;Port={Port.ToString(CultureInfo.InvariantCulture)};Database={database};Username={role};Maximum Pool Size=40";

    /// <summary>A fresh database with the whole schema.</summary>
    public async Task<TestDatabase> CreateDatabaseAsync()
    {
        await EnsureTemplateAsync();
        var name = $"t{Interlocked.Increment(ref databases)}";
        await ExecuteAsync("postgres", $"CREATE DATABASE {name} TEMPLATE {Template} OWNER dc_migrator");
        return new TestDatabase(this, name);
    }

    /// <summary>A fresh database without any schema.</summary>
    public async Task<TestDatabase> CreateEmptyDatabaseAsync()
    {
        var name = $"e{Interlocked.Increment(ref databases)}";
        await CreateBareAsync(name);
        return new TestDatabase(this, name);
    }

    /// <summary>Runs SQL as the superuser.</summary>
    public async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres", database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        guard.StandardInput.Close();
        await guard.WaitForExitAsync();
        guard.Dispose();
        templateLock.Dispose();
    }

    private async Task EnsureTemplateAsync()
    {
        await templateLock.WaitAsync();
        try
        {
            if (templateReady) return;
            await CreateBareAsync(Template);
            using var output = new StringWriter();
            using var error = new StringWriter();
            var code = await MigrationCommand.RunAsync(ConnectionString("dc_migrator", Template) + ";Pooling=false", ["up"], output, error);
            if (code != 0) throw new InvalidOperationException($"The migrations failed: {error}");
            templateReady = true;
        }
        finally
        {
            templateLock.Release();
        }
    }

    // The file that a DBA runs on an external server makes the roles and the database here too.
    private Task CreateBareAsync(string name) =>
        RunAsync("psql", "-X", "-q", "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", "postgres", "-d", "postgres",
            "-v", $"database={name}", "-f", Path.Combine(Repository.Root, "deploy", "sql", "roles.sql"));

    // Ends the server and removes its folder as soon as its standard input closes: when the test process exits, also by a kill.
    private static Process StartGuard(string bin, string data, string folder)
    {
        var script = $"cat >/dev/null; {As()}'{bin}/pg_ctl' -D '{data}' -m immediate stop >/dev/null 2>&1; rm -rf '{folder}'";
        var start = new ProcessStartInfo("setsid", ["sh", "-c", script]) { RedirectStandardInput = true };
        return Process.Start(start)!;
    }

    // Containers often have 64 MB there: too few.
    private static string? FolderInMemory()
    {
        var memory = new DriveInfo("/dev/shm");
        return memory is { IsReady: true, DriveFormat: "tmpfs", AvailableFreeSpace: > 2L << 30 } ? memory.Name : null;
    }

    private static string As() => Environment.IsPrivilegedProcess ? "runuser -u postgres -- " : "";

    private static Task RunUnprivilegedAsync(string file, params string[] arguments) =>
        Environment.IsPrivilegedProcess ? RunAsync("runuser", ["-u", "postgres", "--", file, .. arguments]) : RunAsync(file, arguments);

    private static async Task RunAsync(string file, params string[] arguments)
    {
        // Output goes to a file: the server inherits it, and a pipe would never end.
        var log = Path.GetTempFileName();
        var command = string.Join(' ', arguments.Prepend(file).Select(a => $"'{a.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", $"{command} >'{log}' 2>&1 </dev/null"]) { WorkingDirectory = "/" })!;
        await process.WaitForExitAsync();
        var text = await File.ReadAllTextAsync(log);
        File.Delete(log);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{file} ended with {process.ExitCode}: {text}");
    }

    private static string FindBinaries() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "initdb")))
                .OrderByDescending(d => d, StringComparer.Ordinal).FirstOrDefault() ?? throw NotInstalled()
            : throw NotInstalled();

    private static InvalidOperationException NotInstalled() => new("PostgreSQL is not installed; ./test installs it.");

    /// <summary>A TCP port that nobody listens on right now.</summary>
    public static int FreePort() => Peers.FreePort.Tcp();
}
