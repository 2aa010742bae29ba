using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp;
using DeviceConsole.Protocols.Cwmp.ConnectionRequest;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>
/// Where the credentials of connection requests go: never to a host that the device changed its address to. The public address is a name for a server of
/// this test; no packet leaves the machine.
/// </summary>
public sealed class ConnectionRequestCredentialTests : IDisposable
{
    private const string Public = "93.184.215.14";
    private readonly TcpListener canary = new(IPAddress.Loopback, 0);
    private readonly List<string> heard = [];
    private readonly List<IPEndPoint> dialled = [];

    public ConnectionRequestCredentialTests() => canary.Start();

    public void Dispose() => canary.Dispose();

    [Theory]
    [InlineData("198.51.100.7")]
    [InlineData(null)]
    [InlineData("")]
    public async Task To_a_host_that_the_device_does_not_call_from_no_credentials_are_sent(string? callsFrom)
    {
        var said = await AskAsync(callsFrom, NetworkPolicy.PublicOnly);

        said.Should().Contain($"names {Public} for connection requests but calls from another address, so no credentials were sent there");
        heard.Should().ContainSingle("it is asked once, without credentials").Which.Should().StartWith("GET /cr HTTP/1.1").And.NotContainEquivalentOf("authorization").And.NotContain("acs");
        dialled.Should().Equal(new IPEndPoint(IPAddress.Parse(Public), 7547));
    }

    [Fact]
    public async Task To_the_address_that_the_device_calls_from_they_are_sent()
    {
        await AskAsync(Public, NetworkPolicy.PublicOnly);
        heard.Should().HaveCountGreaterThan(1);
        heard[1].Should().Contain("Authorization: Digest username=\"acs\"").And.NotContain("let me in");
    }

    [Fact]
    public async Task Into_a_network_that_the_tenant_lists_they_are_sent()
    {
        await AskAsync("198.51.100.7", new NetworkPolicy([System.Net.IPNetwork.Parse("93.184.215.0/24")]));
        heard[1].Should().Contain("Authorization: Digest username=\"acs\"");
    }

    private async Task<string> AskAsync(string? callsFrom, NetworkPolicy policy)
    {
        var serving = ServeAsync();
        var requester = new ConnectionRequester(new CwmpOptions { ConnectionRequestTimeout = TimeSpan.FromSeconds(20) }, TimeProvider.System)
        {
            Dial = async (address, cancellationToken) =>
            {
                dialled.Add(address);
                var client = new TcpClient();
                await client.ConnectAsync((IPEndPoint)canary.LocalEndpoint, cancellationToken);
                return client.GetStream();
            },
        };
        var target = new ProtocolTarget(Guid.NewGuid(), Guid.NewGuid(), new JsonObject { ["connectionRequestUrl"] = $"http://{Public}:7547/cr", ["callsFrom"] = callsFrom },
            new Dictionary<string, string> { ["connectionRequestUsername"] = "acs", ["connectionRequestPassword"] = "let me in", ["username"] = "cpe", ["password"] = "correct horse" }, policy);
        var said = await requester.AskAsync(target, default);
        canary.Stop();
        await serving;
        return said;
    }

    // Challenges whatever comes, and keeps it.
    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await canary.AcceptTcpClientAsync();
                var buffer = new byte[8192];
                var read = await client.GetStream().ReadAsync(buffer);
                heard.Add(Encoding.ASCII.GetString(buffer, 0, read));
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"cpe\", nonce=\"n\", qop=\"auth\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
