using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>A file server that has one small file under every name.</summary>
public sealed class FileServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public FileServer()
    {
        listener.Start();
        _ = ServeAsync();
    }

    public string Url(string name) => $"http://{listener.LocalEndpoint}/{name}";

    public void Dispose() => listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                var head = new byte[4096];
                if (await client.GetStream().ReadAsync(head) > 0)
                    await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nimage"));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // It was closed.
        }
    }
}
