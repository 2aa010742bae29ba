using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Listeners;

/// <summary>Changes of the installation itself: by platform administrators, audited in the platform's own tenant, told to every node.</summary>
internal static class PlatformWork
{
    /// <summary>The topic that nodes follow, in the platform's tenant.</summary>
    public const string Topic = "listeners";

    /// <summary>True for a platform administrator, in whatever tenant.</summary>
    public static bool Allows(Caller caller) => caller.HomeTenant == Tenant.Platform && caller.May(Rights.ManagePlatform);

    /// <summary>Runs one statement that gives a boolean, with its audit row.</summary>
    public static async Task<bool> RunAsync(DataSources dataSources, Caller caller, AuditEntry entry, string statement, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, Tenant.Platform);
        batch.Add(statement, parameters);
        batch.Add(AuditLog.Command(caller, Tenant.Platform, entry));
        batch.Add("SELECT sys.notify_change($1, $2, '{}')", Sql.Text(Topic), Sql.Uuid(Tenant.Platform));
        return await batch.FirstAsync(r => r.GetBoolean(0), cancellationToken);
    }
}
