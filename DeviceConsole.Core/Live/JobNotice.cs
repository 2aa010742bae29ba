namespace DeviceConsole.Core.Live;

/// <summary>
/// What one notification on <c>dc_jobs</c> said, after the commit of what it speaks of. The format is that of <c>sys.notify_jobs</c>.
/// </summary>
/// <param name="Queued">Something waits for a worker.</param>
/// <param name="Cancel">Somebody asked to cancel the jobs named.</param>
/// <param name="Wake">A device should be asked to call in.</param>
/// <param name="Tenants">Changed jobs by tenant, null where there are too many of one tenant; null as a whole where there are too many.</param>
internal sealed record JobNotice(bool Queued, bool Cancel, bool Wake, IReadOnlyList<(Guid Tenant, IReadOnlyList<Guid>? Jobs)>? Tenants)
{
    /// <summary>Null where the payload is not one of ours.</summary>
    public static JobNotice? Parse(string payload)
    {
        var colon = payload.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return null;
        var flags = payload.AsSpan(0, colon);
        var body = payload[(colon + 1)..];
        var tenants = body == "*" ? null : ParseTenants(body);
        if (body != "*" && tenants is null) return null;
        return new JobNotice(flags.Contains('q'), flags.Contains('c'), flags.Contains('w'), tenants);
    }

    private static List<(Guid, IReadOnlyList<Guid>?)>? ParseTenants(string body)
    {
        var tenants = new List<(Guid, IReadOnlyList<Guid>?)>();
        foreach (var group in body.Split(';'))
        {
            var parts = group.Split(',');
            if (parts.Length < 2 || !Guid.TryParseExact(parts[0], "N", out var tenant)) return null;
            if (parts[1] == "*")
            {
                tenants.Add((tenant, null));
                continue;
            }
            var jobs = new Guid[parts.Length - 1];
            for (var i = 0; i < jobs.Length; i++)
                if (!Guid.TryParseExact(parts[i + 1], "N", out jobs[i])) return null;
            tenants.Add((tenant, jobs));
        }
        return tenants;
    }
}
