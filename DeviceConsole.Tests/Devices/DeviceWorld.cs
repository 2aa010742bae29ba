using System.Text.Json.Nodes;
using DeviceConsole.Core.Credentials;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Devices;

/// <summary>The services of devices on a database of their own with two tenants.</summary>
public sealed class DeviceWorld : IAsyncLifetime
{
    public TestDatabase Database { get; private set; } = null!;

    internal DeviceSecrets Secrets { get; private set; } = null!;

    internal DeviceService Devices { get; private set; } = null!;

    internal CredentialTemplateService Templates { get; private set; } = null!;

    internal ParameterService Parameters { get; private set; } = null!;

    public Guid Tenant { get; private set; }

    public Guid OtherTenant { get; private set; }

    public Caller Operator => TestDatabase.CallerOf(Tenant, Roles.Operator);

    public Caller Stranger => TestDatabase.CallerOf(OtherTenant);

    public async Task InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        Tenant = await Database.CreateTenantAsync();
        OtherTenant = await Database.CreateTenantAsync();
        Secrets = new DeviceSecrets(Database.Sources, MasterKey.Parse(MasterKey.Generate(), out _)!);
        var catalog = new ProtocolCatalog([new TestProtocol(), new TestProtocol("second")]);
        Devices = new DeviceService(Database.Sources, catalog, Secrets);
        Templates = new CredentialTemplateService(Database.Sources, catalog, Secrets);
        Parameters = new ParameterService(Database.Sources);
    }

    public async Task DisposeAsync() => await Database.DisposeAsync();

    /// <summary>A valid device.</summary>
    public static DeviceInput Input(string name = "ap-lobby", string serial = "", string host = "10.0.0.1", string? community = "public") => new()
    {
        Name = name,
        SerialNumber = serial,
        Manufacturer = "Acme",
        Model = "X100",
        Site = "Berlin",
        Tags = ["Lobby", "wifi"],
        Endpoints = [Endpoint(host, community is null ? [] : new() { ["community"] = community })],
    };

    public static EndpointInput Endpoint(string host, Dictionary<string, string> secrets) => new("test", new JsonObject { ["host"] = host }, secrets);

    /// <summary>Creates a device that must be right.</summary>
    public async Task<DeviceDetail> CreateAsync(DeviceInput? input = null, Caller? caller = null) =>
        (await Devices.CreateAsync(caller ?? Operator, input ?? Input(), CancellationToken.None)).Value;
}
