using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Secrets;
using Npgsql;

namespace DeviceConsole.Core.BulkData;

/// <summary>The statements of bulk data, and how its passwords are sealed.</summary>
internal sealed class BulkStore(MasterKey masterKey)
{
    /// <summary>The topic of the change feed; keys are device ids.</summary>
    public const string Topic = "bulk-data";

    public const string Columns =
        """
        b.id, b.device_id, b.name, b.protocol, b.interval_s, b.encoding, b.separator, b.compress, b.retained, b.parameters::text, b.instance, b.removing, b.job_id, j.state,
        coalesce(j.wait_reason, j.fault ->> 'message'), b.reports, b.received_at, b.collected_at, b.last_values, b.last_bad, b.problem, b.problem_at, b.created_by, b.created_at
        """;

    public const string From = "FROM bulk_profiles b LEFT JOIN jobs j ON j.tenant_id = b.tenant_id AND j.id = b.job_id";

    private readonly SecretBox box = new(masterKey, "bulk-data");

    public byte[] Seal(Guid tenant, Guid profile, string password) => box.Seal(System.Text.Encoding.UTF8.GetBytes(password), tenant.ToString("N"), profile.ToString("N"));

    public string Open(Guid tenant, Guid profile, byte[] secret) => System.Text.Encoding.UTF8.GetString(box.Open(secret, tenant.ToString("N"), profile.ToString("N")));

    /// <summary>What a device shows: its profile's id, which is in its address too.</summary>
    public static string UserOf(Guid profile) => profile.ToString("N");

    public static BulkProfileView Read(NpgsqlDataReader r, DateTimeOffset now)
    {
        var (instance, removing, interval, received) = (r.TextOrNull(10), r.GetBoolean(11), r.GetInt32(4), r.TimeOrNull(16));
        JobState? job = r.TextOrNull(13) is { } text ? JobStates.Parse(text) : null;
        return new BulkProfileView
        {
            Id = r.GetGuid(0), DeviceId = r.GetGuid(1),
            Profile = new BulkProfileInput
            {
                Name = r.GetString(2), Protocol = r.GetString(3), IntervalSeconds = interval, Encoding = r.GetString(5), Separator = r.GetString(6), Compress = r.GetBoolean(7), Retained = r.GetInt32(8),
                Parameters = BulkJsonText.Read(r.GetString(9)),
            },
            Instance = instance, JobId = r.UuidOrNull(12), JobReason = r.TextOrNull(14), Reports = r.GetInt64(15), ReceivedAt = received, CollectedAt = r.TimeOrNull(17),
            LastValues = r.GetInt32(18), LastBad = r.GetInt32(19), Problem = r.TextOrNull(20), ProblemAt = r.TimeOrNull(21), CreatedBy = r.GetString(22), CreatedAt = r.Time(23),
            State = BulkProfileView.StateOf(removing, instance, job, received, interval, now),
        };
    }
}
