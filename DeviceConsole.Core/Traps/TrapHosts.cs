using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using DeviceConsole.Core.Data;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DeviceConsole.Core.Traps;

/// <summary>
/// Which devices that are entered by host name stand at an address. Names are resolved beside the receiver, at most <see cref="AtOnce"/> at a time, and
/// remembered for <see cref="Lifetime"/>; nobody waits for them but the very first who asks, and not for long.
/// </summary>
internal sealed partial class TrapHosts(DataSources dataSources, TimeProvider time, ILogger<TrapHosts> logger, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
{
    /// <summary>How long a name's addresses are used.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>How long the list of names is used, and a name that had no address is left alone.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private const int AtOnce = 16;
    private static readonly TimeSpan OneLookUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(10);

    private readonly Func<string, CancellationToken, Task<IPAddress[]>> resolve = resolve ?? Dns.GetHostAddressesAsync;
    private readonly Lock gate = new();
    private readonly Dictionary<string, Names> protocols = [];

    private sealed class Names
    {
        public Dictionary<string, (IPAddress[] Addresses, long At)> Known { get; set; } = [];

        public FrozenDictionary<IPAddress, (Guid Tenant, Guid Device)[]> ByAddress { get; set; } = FrozenDictionary<IPAddress, (Guid, Guid)[]>.Empty;

        public long? At { get; set; }

        public Task? Loading { get; set; }
    }

    /// <summary>The devices whose name has this address.</summary>
    public async Task<IReadOnlyList<(Guid Tenant, Guid Device)>> FindAsync(string protocol, IPAddress address, CancellationToken cancellationToken)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        Names names;
        Task? wait = null;
        lock (gate)
        {
            if (!protocols.TryGetValue(protocol, out names!)) protocols[protocol] = names = new Names();
            if (names.Loading is null && (names.At is not { } at || time.GetElapsedTime(at) >= Pause)) names.Loading = Task.Run(() => LoadAsync(protocol, names), CancellationToken.None);
            if (names.At is null) wait = names.Loading;
        }
        if (wait is not null) await Task.WhenAny(wait, Task.Delay(FirstWait, time, cancellationToken));
        lock (gate) return names.ByAddress.GetValueOrDefault(address) ?? [];
    }

    private async Task LoadAsync(string protocol, Names names)
    {
        try
        {
            var devices = await ReadAsync(protocol);
            var known = await ResolveAsync(names.Known, [.. devices.Select(d => d.Host).Distinct()]);
            var found = devices.SelectMany(d => known[d.Host].Addresses.Select(a => (Address: a.IsIPv4MappedToIPv6 ? a.MapToIPv4() : a, Device: (d.Tenant, d.Device))));
            var byAddress = found.GroupBy(f => f.Address).ToFrozenDictionary(g => g.Key, g => g.Select(f => f.Device).Distinct().ToArray());
            lock (gate) (names.Known, names.ByAddress) = (known, byAddress);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            LogFailed(e.Message);
        }
        finally
        {
            lock (gate) (names.At, names.Loading) = (time.GetTimestamp(), null);
        }
    }

    private async Task<List<(Guid Tenant, Guid Device, string Host)>> ReadAsync(string protocol)
    {
        await using var command = dataSources.App.CreateCommand("SELECT tenant_id, device_id, host FROM sys.endpoints_by_name($1)");
        command.Parameters.Add(Sql.Text(protocol));
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ListAsync(r => (r.GetGuid(0), r.GetGuid(1), r.GetString(2)), CancellationToken.None);
    }

    private async Task<Dictionary<string, (IPAddress[] Addresses, long At)>> ResolveAsync(Dictionary<string, (IPAddress[] Addresses, long At)> before, string[] hosts)
    {
        var known = new Dictionary<string, (IPAddress[] Addresses, long At)>(hosts.Length);
        await Parallel.ForEachAsync(hosts, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (host, _) =>
        {
            var old = before.GetValueOrDefault(host);
            var isFresh = old.Addresses is { } addresses && time.GetElapsedTime(old.At) < (addresses.Length > 0 ? Lifetime : Pause);
            var entry = isFresh ? old : (await LookUpAsync(host) ?? old.Addresses ?? [], time.GetTimestamp());
            lock (known) known[host] = entry;
        });
        return known;
    }

    // Null where the name server did not answer: what was known goes on until it does.
    private async Task<IPAddress[]?> LookUpAsync(string host)
    {
        using var limit = new CancellationTokenSource(OneLookUp, time);
        try
        {
            return await resolve(host, limit.Token);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData)
        {
            return [];
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ArgumentException)
        {
            return null;
        }
    }

    [LoggerMessage(9111, LogLevel.Warning, "The host names of devices could not be read ({Reason}); traps of devices that are entered by name are matched by what was known before.")]
    private partial void LogFailed(string reason);
}
