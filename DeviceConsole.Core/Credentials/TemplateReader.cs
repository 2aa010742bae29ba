using System.Text.Json.Nodes;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Devices;

namespace DeviceConsole.Core.Credentials;

/// <summary>Reads what a device's form needs of the templates that it names.</summary>
internal sealed class TemplateReader(DataSources dataSources)
{
    private static readonly IReadOnlyDictionary<Guid, TemplateSettings> None = new Dictionary<Guid, TemplateSettings>();

    /// <summary>The tenant's templates that the input names, by their ids.</summary>
    public async Task<IReadOnlyDictionary<Guid, TemplateSettings>> SettingsAsync(Guid tenant, DeviceInput input, CancellationToken cancellationToken)
    {
        var wanted = input.Endpoints.Select(e => e.TemplateId).OfType<Guid>().Distinct().ToArray();
        if (wanted.Length == 0) return None;
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add("SELECT id, name, protocol, settings::text FROM credential_templates WHERE tenant_id = $1 AND id = ANY ($2)", Sql.Uuid(tenant), Sql.Uuids(wanted));
        var found = await batch.ListAsync(r => (Id: r.GetGuid(0), Settings: new TemplateSettings(r.GetString(1), r.GetString(2), JsonNode.Parse(r.GetString(3))!.AsObject())), cancellationToken);
        return found.ToDictionary(f => f.Id, f => f.Settings);
    }
}
