using DeviceConsole.Core.Data;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Devices;

/// <summary>What <see cref="SecretCheck"/> found.</summary>
/// <param name="Opened">Credentials that open under the master key.</param>
/// <param name="Unreadable">One sentence for each that does not, 20 at most.</param>
/// <param name="UnreadableCount">How many do not.</param>
public sealed record SecretReport(int Opened, int UnreadableCount, IReadOnlyList<string> Unreadable);

/// <summary>Opens every stored credential of every device once, as after a restore: does this master key belong to this database?</summary>
public sealed class SecretCheck(DataSources dataSources, TenantDirectory tenants, DeviceSecrets secrets)
{
    private const int PageSize = 500, Told = 20;
    private static readonly Caller Platform = new(Tenant.Platform, ActorKind.System, null, "secret check", Roles.RightsOf(Roles.PlatformAdmin), DeviceScope.All, Tenant.Platform);

    /// <summary>Looks at all tenants; keeps nothing that it opened.</summary>
    public async Task<SecretReport> RunAsync(CancellationToken cancellationToken)
    {
        var (opened, unreadable, sentences) = (0, 0, new List<string>());
        foreach (var tenant in (await tenants.ListAsync(Platform, cancellationToken)).Value)
        {
            (Guid Device, string Protocol)? last = null;
            List<(Guid Device, string Protocol)> page;
            do
            {
                page = await PageAsync(tenant.Id, last, cancellationToken);
                foreach (var (endpoint, load) in await secrets.LoadTargetsAsync(tenant.Id, page, cancellationToken))
                {
                    if (load.Problem is null) opened++;
                    else if (++unreadable <= Told) sentences.Add($"{tenant.Slug}, device {endpoint.Device}, {endpoint.Protocol}: {load.Problem}");
                }
                if (page.Count > 0) last = page[^1];
            }
            while (page.Count == PageSize);
            foreach (var template in await TemplatesAsync(tenant.Id, cancellationToken))
            {
                if (template.Problem is null) opened++;
                else if (++unreadable <= Told) sentences.Add($"{tenant.Slug}, credential template {template.Name}: {template.Problem}");
            }
        }
        return new SecretReport(opened, unreadable, sentences);
    }

    private async Task<List<(string Name, string? Problem)>> TemplatesAsync(Guid tenant, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add("SELECT id, name, secrets FROM credential_templates WHERE tenant_id = $1 AND secrets IS NOT NULL ORDER BY name", Sql.Uuid(tenant));
        return await batch.ListAsync(r =>
        {
            try
            {
                secrets.OpenTemplate(tenant, r.GetGuid(0), r.GetFieldValue<byte[]>(2));
                return (r.GetString(1), (string?)null);
            }
            catch (SecretUnreadableException e)
            {
                return (r.GetString(1), e.Message);
            }
        }, cancellationToken);
    }

    private async Task<List<(Guid Device, string Protocol)>> PageAsync(Guid tenant, (Guid Device, string Protocol)? after, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add(
            """
            SELECT device_id, protocol FROM device_endpoints WHERE tenant_id = $1 AND secrets IS NOT NULL AND ($2::uuid IS NULL OR (device_id, protocol) > ($2, $3))
            ORDER BY device_id, protocol LIMIT $4
            """, Sql.Uuid(tenant), Sql.Uuid(after?.Device), Sql.Text(after?.Protocol), Sql.Int(PageSize));
        return await batch.ListAsync(r => (r.GetGuid(0), r.GetString(1)), cancellationToken);
    }
}
