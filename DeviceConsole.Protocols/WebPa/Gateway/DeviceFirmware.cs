using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.DependencyInjection;

namespace DeviceConsole.Protocols.WebPa.Gateway;

/// <summary>What a connection's firmware jobs need.</summary>
internal sealed class DeviceFirmware(IServiceProvider provider, string? runs, TimeSpan poll)
{
    public IDeviceFiles Files => provider.GetRequiredService<IDeviceFiles>();

    public string? Runs { get; } = runs;

    public TimeSpan Poll { get; } = poll;
}
