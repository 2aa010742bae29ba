using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols;
using DeviceConsole.Simulator.Cwmp.Storm;
using DeviceConsole.Tests.Peers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Benchmarks.Sessions;

/// <summary>The product's device listener in this process, on an <see cref="EchoGateway"/>.</summary>
internal sealed class SessionHost : IAsyncDisposable
{
    private readonly WebApplication app;

    private SessionHost(WebApplication app, EchoGateway gateway, Uri address) => (this.app, Gateway, Address) = (app, gateway, address);

    public EchoGateway Gateway { get; }

    public Uri Address { get; }

    public static async Task<SessionHost> StartAsync(string operation, JsonObject arguments)
    {
        var address = new Uri($"http://127.0.0.1:{PostgresServer.FreePort()}");
        var gateway = new EchoGateway(operation, arguments);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(address.ToString());
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IDeviceGateway>(gateway);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddProtocols();
        var app = builder.Build();
        app.UseWebSockets();
        app.MapProtocols();
        await app.StartAsync();
        return new SessionHost(app, gateway, address);
    }

    /// <summary>Waits until so many sessions are open.</summary>
    public async Task UntilOpenAsync(int count, CancellationToken cancellationToken)
    {
        while (Gateway.Open < count) await Task.Delay(50, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}

/// <summary>A part of the simulator as a process of its own, so that its memory and CPU are not the product's.</summary>
internal sealed class SimulatedFleet : IAsyncDisposable
{
    private readonly Process process;

    private SimulatedFleet(Process process) => this.process = process;

    public static SimulatedFleet Start(params string[] arguments) => new(Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "DeviceConsole.Simulator.dll"), .. arguments]) { RedirectStandardOutput = true })!);

    /// <summary>Runs a storm to its end; what it tells of itself.</summary>
    public static async Task<StormReport> StormAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        await using var storm = Start(["storm", .. arguments, "--report", "json"]);
        var text = await storm.process.StandardOutput.ReadToEndAsync(cancellationToken);
        await storm.process.WaitForExitAsync(cancellationToken);
        return JsonSerializer.Deserialize<StormReport>(text) ?? throw new InvalidOperationException("The simulator told nothing.");
    }

    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
