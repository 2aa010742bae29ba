using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Alarms;

/// <summary>Alarms for people: lists, counts, history; acknowledge, clear, suppress. Within the caller's rights and scope.</summary>
public sealed class AlarmService(DataSources dataSources, TimeProvider time)
{
    /// <summary>The longest page, and the most alarms that are changed at once.</summary>
    public const int MaximumPage = 500;

    /// <summary>The longest silence.</summary>
    public static readonly TimeSpan LongestSuppression = TimeSpan.FromDays(366);

    private const int MaximumNote = 1000;
    private static readonly string AcknowledgeSql = AlarmStatements.Change("acknowledged", "acknowledged_at = now(), acknowledged_by = $4, note = coalesce($5, a.note)", "a.state = 'raised' AND a.acknowledged_at IS NULL");
    private static readonly string UnacknowledgeSql = AlarmStatements.Change("unacknowledged", "acknowledged_at = NULL, acknowledged_by = NULL, note = coalesce($5, a.note)", "a.acknowledged_at IS NOT NULL");
    private static readonly string ClearSql = AlarmStatements.Change("cleared", "state = 'cleared', cleared_at = now(), cleared_by = $4, note = coalesce($5, a.note)", "a.state = 'raised'");
    private static readonly string SuppressSql = AlarmStatements.Change("suppressed", "suppressed_until = $6, note = coalesce($5, a.note)", "a.suppressed_until IS DISTINCT FROM $6");
    private static readonly string ResumeSql = AlarmStatements.Change("resumed", "suppressed_until = NULL, note = coalesce($5, a.note)", "a.suppressed_until > now()");

    /// <summary>One page. A cursor that is none of this list's is Invalid.</summary>
    public async Task<Result<Page<AlarmView>>> ListAsync(Caller caller, AlarmFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see alarms");
        if (filter.Search.Length > 100 || filter.Search.Contains('\0', StringComparison.Ordinal)) return Problem.Invalid("search", "A search has at most 100 printable characters.");
        AlarmCursor? cursor = null;
        if (after is not null && (cursor = AlarmCursor.Parse(after)) is null) return Problem.Invalid("after", "The cursor does not belong to this list; start again without it.");
        limit = Math.Clamp(limit, 1, MaximumPage);
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(AlarmStatements.Columns + (filter.ByTime ? AlarmStatements.NewestFirst : AlarmStatements.WorstFirst), Sql.Uuid(caller.Tenant), Sql.Uuids(caller.Scope.ToArray()), Sql.Uuid(filter.DeviceId),
            Sql.Text(filter.Raised switch { true => "raised", false => "cleared", null => null }), Sql.Texts([.. filter.Severities.Select(s => s.Text())]),
            Sql.Bool(filter.Acknowledged), Sql.Bool(filter.Suppressed), Sql.Text(filter.Search.Trim().ToLowerInvariant()), Sql.Small(cursor?.Rank), Sql.Time(cursor?.At), Sql.Uuid(cursor?.Id), Sql.Int(limit + 1));
        var rows = await batch.ListAsync(r => (View: Read(r), Rank: r.GetInt16(19)), cancellationToken);
        var next = rows.Count > limit ? new AlarmCursor(rows[limit - 1].Rank, rows[limit - 1].View.RaisedAt, rows[limit - 1].View.Id).ToString() : null;
        return new Page<AlarmView>([.. rows.Take(limit).Select(r => r.View)], next);
    }

    /// <summary>One alarm.</summary>
    public async Task<Result<AlarmView>> GetAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.NotFound("alarm");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(AlarmStatements.Columns + " AND a.id = $3", Sql.Uuid(caller.Tenant), Sql.Uuids(caller.Scope.ToArray()), Sql.Uuid(id));
        return await batch.FirstAsync(Read, cancellationToken) is { } found ? found : Problem.NotFound("alarm");
    }

    /// <summary>What became of it, the newest first; at most 200 changes.</summary>
    public async Task<Result<IReadOnlyList<AlarmChange>>> HistoryAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if ((await GetAsync(caller, id, cancellationToken)).Problem is { } problem) return problem;
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT id, at, what, severity, text, actor, note FROM alarm_history WHERE tenant_id = $1 AND alarm_id = $2 ORDER BY at DESC LIMIT 200", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        return await batch.ListAsync(r => new AlarmChange(r.GetGuid(0), r.Time(1), r.GetString(2), Severity(r.GetString(3)), r.GetString(4), r.GetString(5), r.TextOrNull(6)), cancellationToken);
    }

    /// <summary>How many are raised and not suppressed: of one device, or of all.</summary>
    public async Task<Result<AlarmCounts>> CountAsync(Caller caller, Guid? device, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see alarms");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            """
            SELECT a.severity, count(*), count(*) FILTER (WHERE a.acknowledged_at IS NULL) FROM alarms a
            WHERE a.tenant_id = $1 AND a.state = 'raised' AND ($2::uuid[] IS NULL OR a.device_id = ANY ($2)) AND ($3::uuid IS NULL OR a.device_id = $3)
              AND (a.suppressed_until IS NULL OR a.suppressed_until <= now()) GROUP BY a.severity
            """, Sql.Uuid(caller.Tenant), Sql.Uuids(caller.Scope.ToArray()), Sql.Uuid(device));
        var rows = await batch.ListAsync(r => (Severity: Severity(r.GetString(0)), Count: (int)r.GetInt64(1), Open: (int)r.GetInt64(2)), cancellationToken);
        return new AlarmCounts(rows.ToDictionary(r => r.Severity, r => r.Count), rows.Sum(r => r.Open));
    }

    /// <summary>Takes raised alarms on; how many were not taken on yet. Needs <see cref="Rights.RunReads"/>, as all changes do.</summary>
    public Task<Result<int>> AcknowledgeAsync(Caller caller, IReadOnlyList<Guid> alarms, string? note, CancellationToken cancellationToken) =>
        ChangeAsync(caller, alarms, note, null, AcknowledgeSql, "alarm.acknowledge", "Acknowledged", cancellationToken);

    /// <summary>Gives them back.</summary>
    public Task<Result<int>> UnacknowledgeAsync(Caller caller, IReadOnlyList<Guid> alarms, string? note, CancellationToken cancellationToken) =>
        ChangeAsync(caller, alarms, note, null, UnacknowledgeSql, "alarm.unacknowledge", "Took the acknowledgement back of", cancellationToken);

    /// <summary>Ends them by hand; a condition that holds on raises them again.</summary>
    public Task<Result<int>> ClearAsync(Caller caller, IReadOnlyList<Guid> alarms, string? note, CancellationToken cancellationToken) =>
        ChangeAsync(caller, alarms, note, null, ClearSql, "alarm.clear", "Cleared", cancellationToken);

    /// <summary>Keeps them quiet until a moment.</summary>
    public async Task<Result<int>> SuppressAsync(Caller caller, IReadOnlyList<Guid> alarms, DateTimeOffset until, string? note, CancellationToken cancellationToken)
    {
        if (CheckUntil(until, time.GetUtcNow()) is { } problem) return problem;
        return await ChangeAsync(caller, alarms, note, until, SuppressSql, "alarm.suppress", "Suppressed", cancellationToken);
    }

    /// <summary>Ends the silence.</summary>
    public Task<Result<int>> ResumeAsync(Caller caller, IReadOnlyList<Guid> alarms, string? note, CancellationToken cancellationToken) =>
        ChangeAsync(caller, alarms, note, null, ResumeSql, "alarm.resume", "Resumed", cancellationToken);

    internal static Problem? CheckUntil(DateTimeOffset until, DateTimeOffset now) =>
        until <= now || until > now + LongestSuppression ? Problem.Invalid("until", "The end of a suppression lies in the future, at most a year ahead.") : null;

    internal static AlarmSeverity Severity(string text) => AlarmSeverities.Parse(text) ?? AlarmSeverity.Indeterminate;

    private async Task<Result<int>> ChangeAsync(
        Caller caller, IReadOnlyList<Guid> alarms, string? note, DateTimeOffset? until, string statement, string action, string words, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.RunReads)) return Problem.Forbidden("handle alarms");
        if (alarms.Count is 0 or > MaximumPage) return Problem.Invalid("ids", $"Choose 1 to {MaximumPage} alarms.");
        note = string.IsNullOrWhiteSpace(note) ? null : note.Trim();
        if (note is { Length: > MaximumNote } || note?.Contains('\0', StringComparison.Ordinal) == true) return Problem.Invalid("note", $"A note has at most {MaximumNote} printable characters.");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(statement, Sql.Uuid(caller.Tenant), Sql.Uuids([.. alarms]), Sql.Uuids(caller.Scope.ToArray()), Sql.Text(caller.ActorName), Sql.Text(note), Sql.Time(until));
        batch.Add(AuditLog.Command(caller, new AuditEntry(action, "alarm", alarms.Count == 1 ? alarms[0].ToString() : "",
            $"{words} {(alarms.Count == 1 ? "an alarm" : $"{alarms.Count} alarms")}.{(note is null ? "" : $" {note}")}")));
        return (int)await batch.FirstAsync(r => r.GetInt64(0), cancellationToken);
    }

    private static AlarmView Read(NpgsqlDataReader r) => new()
    {
        Id = r.GetGuid(0), DeviceId = r.GetGuid(1), DeviceName = r.GetString(2), Key = r.GetString(3), Source = r.GetString(4), Severity = Severity(r.GetString(5)), Text = r.GetString(6),
        Detail = r.TextOrNull(7), Raised = r.GetString(8) == "raised", Count = r.GetInt32(9), FirstAt = r.Time(10), RaisedAt = r.Time(11), LastAt = r.Time(12), ClearedAt = r.TimeOrNull(13),
        ClearedBy = r.TextOrNull(14), AcknowledgedAt = r.TimeOrNull(15), AcknowledgedBy = r.TextOrNull(16), Note = r.TextOrNull(17), SuppressedUntil = r.TimeOrNull(18),
    };
}
