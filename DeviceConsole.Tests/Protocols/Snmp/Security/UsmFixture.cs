using DeviceConsole.Protocols.Snmp.Client;
using DeviceConsole.Protocols.Snmp.Security;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Protocols.Snmp.Security;

/// <summary>One real agent with a user for every pair of hash and cipher that Net-SNMP knows, over UDP, TCP and IPv6.</summary>
public sealed class UsmFixture : IAsyncLifetime
{
    public const string AuthPassword = "authpass12345", PrivPassword = "privpass12345";

    private static readonly Dictionary<AuthProtocol, string> HashNames = new()
    {
        [AuthProtocol.Md5] = "MD5", [AuthProtocol.Sha1] = "SHA", [AuthProtocol.Sha224] = "SHA-224", [AuthProtocol.Sha256] = "SHA-256",
        [AuthProtocol.Sha384] = "SHA-384", [AuthProtocol.Sha512] = "SHA-512",
    };

    private static readonly Dictionary<PrivProtocol, string> CipherNames = new()
    {
        [PrivProtocol.Des] = "DES", [PrivProtocol.Aes128] = "AES", [PrivProtocol.Aes192] = "AES-192", [PrivProtocol.Aes256] = "AES-256",
        [PrivProtocol.Aes192Reeder] = "AES-192-C", [PrivProtocol.Aes256Reeder] = "AES-256-C",
    };

    public static IEnumerable<AuthProtocol> Hashes => HashNames.Keys;

    public static IEnumerable<PrivProtocol> Ciphers => CipherNames.Keys;

    public SnmpdAgent Agent { get; private set; } = null!;

    public int TcpPort { get; } = FreePort.Tcp();

    public int Udp6Port { get; } = FreePort.Udp();

    public SnmpClient Client { get; } = new();

    public static string NameOf(AuthProtocol auth, PrivProtocol priv) => $"u_{auth}_{priv}".ToLowerInvariant();

    public static UsmUser User(AuthProtocol auth, PrivProtocol priv, string? name = null, string authPassword = AuthPassword, string privPassword = PrivPassword) =>
        new(name ?? NameOf(auth, priv), auth, auth == AuthProtocol.None ? null : authPassword, priv, priv == PrivProtocol.None ? null : privPassword);

    public SnmpPeer Peer(UsmUser user, int milliseconds = 20_000) => new(Guid.Empty, Agent.EndPoint, user) { Timeout = TimeSpan.FromMilliseconds(milliseconds), Retries = 0 };

    public async Task InitializeAsync()
    {
        Agent = await SnmpdAgent.StartAsync(
        [
            $"agentAddress tcp:127.0.0.1:{TcpPort},udp6:[::1]:{Udp6Port}",
            "rocommunity6 public ::1",
            "createUser u_none_none", "rouser u_none_none noauth",
            .. from hash in HashNames from cipher in CipherNames select $"createUser {NameOf(hash.Key, cipher.Key)} {hash.Value} \"{AuthPassword}\" {cipher.Value} \"{PrivPassword}\"",
            .. from hash in HashNames from cipher in CipherNames select $"rouser {NameOf(hash.Key, cipher.Key)} auth",
            $"createUser u_write SHA-256 \"{AuthPassword}\" AES \"{PrivPassword}\"", "rwuser u_write priv",
            .. SnmpdAgent.SteadyTable(columns: 2, rows: 200),
        ]);
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await Agent.DisposeAsync();
    }
}
