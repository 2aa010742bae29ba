using System.Text.Json.Nodes;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Gateway;

/// <summary>How models want to be talked to, as sessions use it.</summary>
internal sealed class QuirkStore(DataSources dataSources)
{
    /// <summary>The least that a tenant's models can be told apart by: rows that the product writes by itself are bounded.</summary>
    private const int MaximumLearnt = 10_000;

    private const string Find =
        """
        SELECT q.learnt || q.entered FROM model_quirks q
        WHERE q.tenant_id = $1 AND q.protocol = $2 AND q.manufacturer = $3 AND q.model = $4 AND q.firmware = ANY ($5) ORDER BY q.firmware = '*' DESC
        """;

    // $3 the parameters that hold its firmware.
    private const string OfDevice =
        """
        SELECT q.learnt || q.entered FROM devices d JOIN model_quirks q ON q.tenant_id = $1 AND q.protocol = $4 AND q.manufacturer = d.manufacturer AND q.model = d.model
        WHERE d.tenant_id = $1 AND d.id = $2 AND (q.firmware = '*' OR q.firmware = (
            SELECT p.value FROM parameter_paths x JOIN parameters p ON p.tenant_id = $1 AND p.device_id = $2 AND p.path_id = x.id WHERE x.tenant_id = $1 AND x.path = ANY ($3) LIMIT 1))
        ORDER BY q.firmware = '*' DESC
        """;

    private const string Learn =
        """
        INSERT INTO model_quirks AS q (tenant_id, protocol, manufacturer, model, firmware, learnt, updated_by)
        SELECT $1, $2, $3, $4, $5, $6::jsonb, 'learnt' WHERE (SELECT count(*) FROM model_quirks x WHERE x.tenant_id = $1) < $7
        ON CONFLICT (tenant_id, protocol, manufacturer, model, firmware) DO UPDATE SET learnt = q.learnt || excluded.learnt, updated_at = now()
            WHERE q.learnt || excluded.learnt <> q.learnt
        """;

    /// <summary>What is known of the model: of its firmware before what holds for all of them, what was entered before what was learnt.</summary>
    public async Task<JsonObject> FindAsync(Guid tenant, string protocol, DeviceModel model, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add(Find, Sql.Uuid(tenant), Sql.Text(protocol), Sql.Text(model.Manufacturer), Sql.Text(model.Model), Sql.Texts([DeviceModel.AnyFirmware, model.Firmware]));
        return Together(await batch.ListAsync(Read, cancellationToken));
    }

    /// <summary>The same of a device that is not there now, by what is stored of it.</summary>
    public async Task<JsonObject> FindOfDeviceAsync(Guid tenant, Guid device, string protocol, IReadOnlyList<string> firmwarePaths, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add(OfDevice, Sql.Uuid(tenant), Sql.Uuid(device), Sql.Texts([.. firmwarePaths]), Sql.Text(protocol));
        return Together(await batch.ListAsync(Read, cancellationToken));
    }

    private static JsonObject Read(Npgsql.NpgsqlDataReader row) => JsonNode.Parse(row.GetString(0))!.AsObject();

    // The later ones win.
    private static JsonObject Together(List<JsonObject> rows)
    {
        var known = new JsonObject();
        foreach (var row in rows)
            foreach (var (field, value) in row) known[field] = value?.DeepClone();
        return known;
    }

    /// <summary>Adds what a session found out. A model that did not tell its firmware is learnt for all of them.</summary>
    public async Task LearnAsync(Guid tenant, string protocol, DeviceModel model, JsonObject changes, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add(Learn, Sql.Uuid(tenant), Sql.Text(protocol), Sql.Text(model.Manufacturer), Sql.Text(model.Model),
            Sql.Text(model.Firmware.Length == 0 ? DeviceModel.AnyFirmware : model.Firmware), Sql.Json(changes.ToJsonString()), Sql.Int(MaximumLearnt));
        batch.Add(SessionStatements.Changed, Sql.Text("quirks"), Sql.Uuid(tenant), Sql.Texts([]));
        await batch.ExecuteAsync(cancellationToken);
    }
}
