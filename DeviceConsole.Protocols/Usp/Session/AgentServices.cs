using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Protocols.Usp.Session;

/// <summary>What every session with an agent needs.</summary>
internal sealed class AgentServices(
    IDeviceGateway gateway, IOptions<UspOptions> options, SupportedModels models, RecentNotifications notifications, TimeProvider time, IServiceProvider provider, ILogger<AgentServices> logger)
{
    public IDeviceGateway Gateway { get; } = gateway;

    /// <summary>Asked for only where a job has to do with files.</summary>
    public IDeviceFiles Files => provider.GetRequiredService<IDeviceFiles>();

    public UspOptions Options { get; } = options.Value;

    public SupportedModels Models { get; } = models;

    public RecentNotifications Notifications { get; } = notifications;

    public TimeProvider Time { get; } = time;

    public ILogger Logger { get; } = logger;
}
