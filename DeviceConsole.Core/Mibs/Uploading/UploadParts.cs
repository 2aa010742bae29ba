using DeviceConsole.Core.Data;

namespace DeviceConsole.Core.Mibs;

/// <summary>One of the files of an upload as it was sent.</summary>
internal sealed record UploadPart(int Number, string Name, long Length)
{
    /// <summary>Its bytes.</summary>
    public StagedStream Open(DataSources dataSources, Guid tenant, Guid upload) => new(dataSources, tenant, upload, Number, Length);
}

/// <summary>The files of an upload as they were sent.</summary>
internal static class UploadParts
{
    /// <summary>All of them. For a thread that may wait.</summary>
    public static IReadOnlyList<UploadPart> Read(DataSources dataSources, Guid tenant, Guid upload)
    {
        using var batch = dataSources.App.CreateBatch();
        batch.BatchCommands.Add(TenantBatch.SetTenant(tenant));
        batch.BatchCommands.Add(Sql.Command("SELECT part, min(name), sum(length(data))::bigint FROM mib_upload_pieces WHERE tenant_id = $1 AND upload_id = $2 GROUP BY part ORDER BY part", Sql.Uuid(tenant), Sql.Uuid(upload)));
        using var reader = batch.ExecuteReader();
        reader.NextResult();
        var parts = new List<UploadPart>();
        while (reader.Read()) parts.Add(new UploadPart(reader.GetInt32(0), reader.GetString(1), reader.GetInt64(2)));
        return parts;
    }
}
