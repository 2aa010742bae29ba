using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace DeviceConsole.Tests.Peers;

/// <summary>A server program on a TCP port of 127.0.0.1: started, waited for until it listens, and ended.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private readonly Process process;

    private ServerProcess(Process process) => this.process = process;

    /// <summary>Starts it; returns when the port answers.</summary>
    public static async Task<ServerProcess> StartAsync(string program, string[] arguments, int port)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"{program} did not start.");
        var watch = Stopwatch.StartNew();
        while (!await ListensAsync(port))
        {
            if (process.HasExited) throw new InvalidOperationException($"{program} did not start: {await process.StandardOutput.ReadToEndAsync()}{await process.StandardError.ReadToEndAsync()}");
            if (watch.Elapsed > StartLimit)
            {
                process.Kill();
                throw new InvalidOperationException($"{program} does not listen on port {port}.");
            }
            await Task.Delay(20);
        }
        return new ServerProcess(process);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
