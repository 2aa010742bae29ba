using DeviceConsole.Core.Data;
using DeviceConsole.Core.Secrets;
using Npgsql;

namespace DeviceConsole.Web.Hosting;

/// <summary>What must hold before the application serves.</summary>
public static class StartupCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits up to 30 s for a database that is just starting, then throws <see cref="StartupException"/> for anything that is wrong.</summary>
    public static async Task RunAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var dataSources = services.GetRequiredService<DataSources>();
        await WaitAsync(dataSources.App, services.GetRequiredService<TimeProvider>(), cancellationToken);
        if (await DatabaseCheck.FindProblemAsync(dataSources.App, cancellationToken) is { } problem) throw new StartupException(problem);
        await CheckMasterKeyAsync(dataSources.App, services, cancellationToken);
    }

    private static async Task WaitAsync(NpgsqlDataSource source, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException e) when (MayPass(e) && time.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250), time, cancellationToken);
            }
            catch (PostgresException e)
            {
                throw new StartupException($"PostgreSQL refused the connection of ConnectionStrings__App: {e.MessageText}. Check its database, user name and password.");
            }
            catch (NpgsqlException e)
            {
                throw new StartupException($"PostgreSQL cannot be reached with ConnectionStrings__App: {e.Message.TrimEnd('.')}. Start it or correct host and port.");
            }
        }
    }

    private static bool MayPass(NpgsqlException e) =>
        e is PostgresException postgres ? postgres.SqlState == PostgresErrorCodes.CannotConnectNow : e.InnerException is IOException or System.Net.Sockets.SocketException or TimeoutException;

    // A lost or exchanged key shows here, in one sentence, and not later as log-ins that fail for no visible reason.
    private static async Task CheckMasterKeyAsync(NpgsqlDataSource source, IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("SELECT xml FROM data_protection_keys ORDER BY created_at DESC LIMIT 1");
        if (await command.ExecuteScalarAsync(cancellationToken) is not string xml) return;
        var element = System.Xml.Linq.XElement.Parse(xml).Descendants("sealed").FirstOrDefault();
        try
        {
            if (element is not null) new MasterKeyXmlDecryptor(services).Decrypt(element);
        }
        catch (SecretUnreadableException)
        {
            throw new StartupException("The secrets in this database were sealed under another DEVICECONSOLE_MASTER_KEY. Start with the key that the database was used with; it was kept beside its backups.");
        }
    }
}
