using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Protocols;
using DeviceConsole.Tests.Peers;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DeviceConsole.Benchmarks;

/// <summary>What a benchmark puts into a database before the application starts on it.</summary>
internal static class SnmpInstallation
{
    /// <summary>The application's services for accounts, devices and jobs on a database.</summary>
    public static ServiceProvider Services(TestDatabase database, string masterKey)
    {
        var services = new ServiceCollection();
        services.AddDataProtection();
        services.AddLogging().AddSingleton(database.Sources).AddSingleton(MasterKey.Parse(masterKey, out _)!).AddSingleton(TimeProvider.System);
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddAccounts().AddProtocols().AddDevices().AddJobs();
        return services.BuildServiceProvider();
    }

    /// <summary>A device with an agent on this machine.</summary>
    public static DeviceInput DeviceAt(string name, int port) => new()
    {
        Name = name,
        Endpoints = [new EndpointInput("snmp", new() { ["host"] = "127.0.0.1", ["port"] = port }, new Dictionary<string, string> { ["readCommunity"] = "public" })],
    };
}
