using DeviceConsole.Core.Alarms;
using DeviceConsole.Core.BulkData;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Files;
using DeviceConsole.Core.Listeners;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Neighbours;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeviceConsole.Core.Gateway;

/// <summary>Registers what devices that call in need.</summary>
public static class GatewayServiceCollectionExtensions
{
    /// <summary>Needs the job engine's services and those of devices.</summary>
    public static IServiceCollection AddGateway(this IServiceCollection services)
    {
        services.TryAddSingleton<TenantDirectory>();
        services.AddFiles();
        services.AddBulkData();
        services.AddSingleton(s => new TenantWatch(s.GetRequiredService<JobListener>(), s.GetRequiredService<TenantDirectory>()));
        services.AddSingleton<EnrolmentStore>();
        services.AddSingleton<DeviceIntake>();
        services.AddSingleton<CallLog>();
        services.AddSingleton(s => new RefusedConnections(s.GetRequiredService<CallLog>()));
        services.AddSingleton(s => new KnownDevices(s.GetRequiredService<JobListener>()));
        services.AddSingleton<WorkLook>();
        services.AddSingleton<SessionOpener>();
        services.AddSingleton<QuietLedger>();
        services.AddSingleton<CollisionStore>();
        services.AddSingleton(s => new CollisionService(s.GetRequiredService<DataSources>(), s.GetRequiredService<CollisionStore>(), s.GetRequiredService<AlarmRules>()));
        services.AddSingleton<CallDesk>();
        services.AddSingleton<TraceStore>();
        services.AddSingleton<SessionKeeper>();
        services.AddSingleton<SessionLedger>();
        services.AddSingleton<QuarantineStore>();
        services.AddSingleton<QuarantineService>();
        services.AddSingleton<QuirkStore>();
        services.AddSingleton<QuirkService>();
        services.AddSingleton<DeviceGateway>();
        services.AddSingleton<IDeviceGateway>(s => s.GetRequiredService<DeviceGateway>());
        services.AddSingleton<IDeviceProvisioning>(s => s.GetRequiredService<DeviceGateway>());
        services.AddSingleton(s => new EnrolmentService(
            s.GetRequiredService<DataSources>(), s.GetRequiredService<ProtocolCatalog>(), s.GetRequiredService<EnrolmentStore>(), s.GetRequiredService<DeviceIntake>()));
        services.AddSingleton<SessionService>();
        services.AddSingleton<ReachabilityService>();
        services.AddSingleton<NeighbourService>();
        services.AddSingleton<ListenerDirectory>();
        services.AddSingleton(s => new PlatformSecretService(s.GetRequiredService<DataSources>(), s.GetRequiredService<MasterKey>(), s.GetServices<PlatformSecret>(), s.GetRequiredService<JobListener>()));
        services.AddSingleton<IPlatformSecrets>(s => s.GetRequiredService<PlatformSecretService>());
        services.AddSingleton<ILeftAccounts, LeftAccounts>();
        services.AddSingleton(s => new ChangeFeed(s.GetRequiredService<JobListener>()));
        services.AddHostedService(s => s.GetRequiredService<CallLog>());
        services.AddHostedService(s => s.GetRequiredService<SessionLedger>());
        services.AddHostedService(s => s.GetRequiredService<QuietLedger>());
        services.AddHostedService(s => s.GetRequiredService<SessionKeeper>());
        return services;
    }
}
