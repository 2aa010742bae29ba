using System.Net.WebSockets;
using DeviceConsole.Protocols.Usp.Wire.Records;

namespace DeviceConsole.Simulator.Usp;

/// <summary>A WebSocket to the controller's address, for example <c>ws://127.0.0.1:5081/usp/demo/TOKEN</c>.</summary>
public sealed class WebSocketTransport(Uri address) : IUspTransport
{
    /// <inheritdoc />
    public async Task<IUspConnection> ConnectAsync(string endpointId, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.AddSubProtocol("v1.usp");
            var separator = address.Query.Length == 0 ? "?" : "&";
            await socket.ConnectAsync(new Uri($"{address}{separator}eid={Uri.EscapeDataString(endpointId)}"), cancellationToken);
            return new Connection(socket);
        }
        catch (WebSocketException e)
        {
            socket.Dispose();
            throw new IOException($"The controller did not let the agent in: {e.Message}", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class Connection(ClientWebSocket socket) : IUspConnection
    {
        private readonly SemaphoreSlim sending = new(1);

        public UspRecordBody Greeting { get; } = new WebSocketConnect();

        public async Task SendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
        {
            await sending.WaitAsync(cancellationToken);
            try
            {
                await socket.SendAsync(record, WebSocketMessageType.Binary, true, cancellationToken);
            }
            catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException)
            {
                throw new IOException("The connection is gone.", e);
            }
            finally
            {
                sending.Release();
            }
        }

        public async Task CloseAsync(CancellationToken cancellationToken)
        {
            await sending.WaitAsync(cancellationToken);
            try
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, null, cancellationToken);
            }
            catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException)
            {
                throw new IOException("The connection is gone.", e);
            }
            finally
            {
                sending.Release();
            }
        }

        public async Task<byte[]?> ReceiveAsync(CancellationToken cancellationToken)
        {
            using var whole = new MemoryStream();
            var buffer = new byte[4_096];
            try
            {
                while (true)
                {
                    var got = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
                    if (got.MessageType == WebSocketMessageType.Close)
                    {
                        if (socket.State == WebSocketState.CloseReceived) await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
                        return null;
                    }
                    whole.Write(buffer, 0, got.Count);
                    if (got.EndOfMessage) return whole.ToArray();
                }
            }
            catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException)
            {
                return null;
            }
        }

        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            sending.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
