using DeviceConsole.Core.Alarms;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Alarms;

/// <summary>Alarms on a database of their own with two tenants.</summary>
public sealed class AlarmWorld : IAsyncLifetime
{
    public TestDatabase Database { get; private set; } = null!;

    public Guid Tenant { get; private set; }

    public Guid OtherTenant { get; private set; }

    public AlarmDesk Desk { get; private set; } = null!;

    public AlarmRules Rules { get; private set; } = null!;

    public AlarmRuleService RuleService { get; private set; } = null!;

    public AlarmService Alarms { get; private set; } = null!;

    public EventLog Events { get; private set; } = null!;

    public Caller Operator => TestDatabase.CallerOf(Tenant, Roles.Operator);

    public Caller Admin => TestDatabase.CallerOf(Tenant);

    public Caller Viewer => TestDatabase.CallerOf(Tenant, Roles.Viewer);

    public Caller Stranger => TestDatabase.CallerOf(OtherTenant);

    public async Task InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        (Tenant, OtherTenant) = (await Database.CreateTenantAsync(), await Database.CreateTenantAsync());
        Desk = new AlarmDesk(Database.Sources);
        Rules = new AlarmRules(Database.Sources, Desk, TimeProvider.System);
        RuleService = new AlarmRuleService(Database.Sources, Rules, TimeProvider.System);
        Alarms = new AlarmService(Database.Sources, TimeProvider.System);
        Events = new EventLog(Database.Sources, Rules);
    }

    public async Task DisposeAsync() => await Database.DisposeAsync();

    public async Task<Guid> DeviceAsync(Guid? tenant = null)
    {
        var id = Guid.CreateVersion7();
        await Database.ExecuteAsync("INSERT INTO devices (tenant_id, id, name) VALUES ($1, $2, $3)", tenant ?? Tenant, id, $"device {id:N}");
        return id;
    }

    public Task<int> RaiseAsync(Guid device, string key = "k", AlarmSeverity severity = AlarmSeverity.Minor, string text = "something is wrong", Guid? tenant = null) =>
        Desk.RaiseAsync(tenant ?? Tenant, [new AlarmSignal(device, key, "test", severity, text)], default);

    public async Task<IReadOnlyList<AlarmView>> OfAsync(Guid device, bool? raised = null) =>
        (await Alarms.ListAsync(Viewer, new AlarmFilter { DeviceId = device, Raised = raised }, null, 100, default)).Value.Items;
}
