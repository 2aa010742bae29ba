using System.Text.Json.Nodes;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Gateway;

/// <summary>How a model wants to be talked to. Firmware "*" stands for every one without a row of its own.</summary>
/// <param name="Protocol">The protocol's id.</param>
/// <param name="Model">Which devices.</param>
/// <param name="Entered">What people entered; it wins.</param>
/// <param name="Learnt">What the product found out.</param>
/// <param name="UpdatedAt">The last change.</param>
/// <param name="UpdatedBy">By whom.</param>
public sealed record ModelQuirks(string Protocol, DeviceModel Model, JsonObject Entered, JsonObject Learnt, DateTimeOffset UpdatedAt, string UpdatedBy);

/// <summary>Reads and edits quirks of models.</summary>
public sealed class QuirkService
{
    private readonly DataSources dataSources;
    private readonly ProtocolCatalog protocols;

    /// <summary>One for the process.</summary>
    public QuirkService(DataSources dataSources, ProtocolCatalog protocols) => (this.dataSources, this.protocols) = (dataSources, protocols);

    /// <summary>Protocols whose models can have quirks.</summary>
    public IReadOnlyList<ProtocolDescriptor> Protocols => [.. protocols.All.Select(p => p.Descriptor).Where(d => d.Quirks.Count > 0)];

    /// <summary>At most 500, by model.</summary>
    public async Task<Result<IReadOnlyList<ModelQuirks>>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see quirks of models");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            """
            SELECT protocol, manufacturer, model, firmware, entered::text, learnt::text, updated_at, updated_by FROM model_quirks
            WHERE tenant_id = $1 ORDER BY manufacturer, model, firmware, protocol LIMIT 500
            """, Sql.Uuid(caller.Tenant));
        return await batch.ListAsync(r => new ModelQuirks(r.GetString(0), new DeviceModel(r.GetString(1), r.GetString(2), r.GetString(3)), JsonNode.Parse(r.GetString(4))!.AsObject(),
            JsonNode.Parse(r.GetString(5))!.AsObject(), r.Time(6), r.GetString(7)), cancellationToken);
    }

    /// <summary>Stores what was entered; what was learnt stays beside it. Needs <see cref="Rights.ManageDevices"/> over all devices.</summary>
    public async Task<Result<Done>> SaveAsync(Caller caller, string protocol, DeviceModel model, JsonObject entered, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices) || !caller.Scope.IsAll) return Problem.Forbidden("change quirks of models");
        if (protocols.Find(protocol)?.Descriptor is not { Quirks.Count: > 0 } descriptor) return Problem.NotFound("protocol whose models have quirks");
        var errors = new List<FieldError>();
        foreach (var (field, text, needed) in (IEnumerable<(string, string, bool)>)[("manufacturer", model.Manufacturer, false), ("model", model.Model, true), ("firmware", model.Firmware, true)])
        {
            if (needed && text.Length == 0) errors.Add(new(field, field == "firmware" ? "Enter a firmware, or * for all." : "Enter the model, or product class, as the devices say it."));
            if (text.Length > 200 || text.Any(char.IsControl)) errors.Add(new(field, "At most 200 printable characters."));
        }
        errors.AddRange(DescriptorValidator.Check(descriptor.Quirks, entered));
        if (errors.Count > 0) return Problem.Invalid(errors);
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            """
            INSERT INTO model_quirks AS q (tenant_id, protocol, manufacturer, model, firmware, entered, updated_by) VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7)
            ON CONFLICT (tenant_id, protocol, manufacturer, model, firmware) DO UPDATE SET entered = excluded.entered, updated_at = now(), updated_by = excluded.updated_by
            """, [.. Key(caller, protocol, model), Sql.Json(entered.ToJsonString()), Sql.Text(caller.ActorName)]);
        batch.Add(AuditLog.Command(caller, new AuditEntry("quirks.set", "model", model.ToString(), $"Changed the quirks of {model}.") { After = entered.DeepClone().AsObject() }));
        batch.Add(SessionStatements.Changed, Sql.Text("quirks"), Sql.Uuid(caller.Tenant), Sql.Texts([]));
        await batch.ExecuteAsync(cancellationToken);
        return new Done();
    }

    /// <summary>Forgets what was entered and learnt of a model; it is learnt anew.</summary>
    public async Task<Result<Done>> DeleteAsync(Caller caller, string protocol, DeviceModel model, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices) || !caller.Scope.IsAll) return Problem.Forbidden("change quirks of models");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("DELETE FROM model_quirks WHERE tenant_id = $1 AND protocol = $2 AND manufacturer = $3 AND model = $4 AND firmware = $5 RETURNING 1", Key(caller, protocol, model));
        if ((await batch.ListAsync(r => r.GetInt32(0), cancellationToken)).Count == 0) return Problem.NotFound("model");
        await using var note = new TenantBatch(dataSources.App, caller.Tenant);
        note.Add(AuditLog.Command(caller, new AuditEntry("quirks.forget", "model", model.ToString(), $"Forgot the quirks of {model}.")));
        await note.ExecuteAsync(cancellationToken);
        return new Done();
    }

    private static Npgsql.NpgsqlParameter[] Key(Caller caller, string protocol, DeviceModel model) =>
        [Sql.Uuid(caller.Tenant), Sql.Text(protocol), Sql.Text(model.Manufacturer), Sql.Text(model.Model), Sql.Text(model.Firmware)];
}
