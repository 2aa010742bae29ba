using DeviceConsole.Core;
using DeviceConsole.Core.Jobs;

namespace DeviceConsole.Web.Components.Jobs;

/// <summary>One row of a live list of jobs.</summary>
public sealed class JobRow(JobView job)
{
    /// <summary>The newest copy.</summary>
    public JobView Job { get; private set; } = job;

    /// <summary>How often it has changed while it was shown; 0 for a row that just stands there.</summary>
    public int Changes { get; private set; }

    /// <summary>True where it no longer belongs into the list; it stays in its place until the list is read again.</summary>
    public bool Left { get; private set; }

    internal void Update(JobView newer, bool left) => (Job, Changes, Left) = (newer, Changes + 1, left);
}

/// <summary>
/// A live list of jobs, newest first: rows change in place, new ones come in at the top or wait to be asked for.
/// </summary>
public sealed class JobsPageModel
{
    /// <summary>So many rows are kept; a list that grows beyond is read again from its beginning.</summary>
    public const int MaximumRows = 1_000;

    private readonly List<JobRow> rows = [];
    private readonly Dictionary<Guid, JobRow> byId = [];
    private readonly SortedDictionary<Guid, JobView> waiting = [];

    /// <summary>What belongs into the list.</summary>
    public JobQuery Query { get; private set; } = new();

    /// <summary>The rows, newest first.</summary>
    public IReadOnlyList<JobRow> Rows => rows;

    /// <summary>Cursor of the next page; null at the end.</summary>
    public string? Next { get; private set; }

    /// <summary>New jobs that wait to be shown.</summary>
    public int Waiting => waiting.Count;

    /// <summary>True once a first page was read.</summary>
    public bool IsLoaded { get; private set; }

    /// <summary>True where too much has come in to keep: read the first page again.</summary>
    public bool NeedsReload { get; private set; }

    /// <summary>Starts afresh with the first page.</summary>
    public void Reset(JobQuery query, Page<JobView> page)
    {
        (Query, Next, IsLoaded, NeedsReload) = (query, page.Next, true, false);
        rows.Clear();
        byId.Clear();
        waiting.Clear();
        foreach (var job in page.Items) Add(rows.Count, job);
    }

    /// <summary>The page after the last row.</summary>
    public void Append(Page<JobView> page)
    {
        Next = page.Next;
        foreach (var job in page.Items)
            if (!byId.ContainsKey(job.Id)) Add(rows.Count, job);
    }

    /// <summary>The first page, read again after changes may have been missed: rows that were loaded beyond it stay.</summary>
    public void Merge(Page<JobView> page, bool atTop)
    {
        var overlaps = page.Next is null || rows.Count == 0 || page.Items.Any(j => byId.ContainsKey(j.Id));
        if (!IsLoaded || !overlaps) Reset(Query, page);
        else Apply(page.Items, atTop);
    }

    /// <summary>Changes of the feed. True where something visible has changed.</summary>
    /// <param name="changes">Newest state of each.</param>
    /// <param name="atTop">True where new rows may come in at once: nobody reads further down or points at a row.</param>
    public bool Apply(IReadOnlyList<JobView> changes, bool atTop)
    {
        var visible = false;
        foreach (var job in changes.OrderBy(j => j.Id))
            visible |= byId.TryGetValue(job.Id, out var row) ? Update(row, job) : Enter(job, atTop);
        return visible;
    }

    /// <summary>Puts the waiting jobs on top.</summary>
    public void ShowWaiting()
    {
        foreach (var job in waiting.Values) Insert(job);
        waiting.Clear();
    }

    private static bool IsNewer(JobView candidate, JobView known) => candidate.Revision > known.Revision;

    private bool Update(JobRow row, JobView job)
    {
        if (!IsNewer(job, row.Job)) return false;
        row.Update(job, !Query.Matches(job));
        return true;
    }

    private bool Enter(JobView job, bool atTop)
    {
        if (!Query.Matches(job))
        {
            // It has waited here and no longer belongs here.
            return waiting.TryGetValue(job.Id, out var old) && IsNewer(job, old) && waiting.Remove(job.Id);
        }
        // An older job that only now matches (a filter by state) belongs between or after the rows that are here:
        // it shows there if its neighbours are loaded, otherwise its page will bring it.
        if (rows.Count > 0 && job.Id.CompareTo(rows[^1].Job.Id) < 0 && Next is not null) return false;
        if (atTop)
        {
            waiting.Remove(job.Id);
            Insert(job);
            return true;
        }
        if (waiting.TryGetValue(job.Id, out var known) && !IsNewer(job, known)) return false;
        waiting[job.Id] = job;
        if (waiting.Count > MaximumRows) NeedsReload = true;
        return true;
    }

    private void Insert(JobView job)
    {
        if (byId.ContainsKey(job.Id)) return;
        var index = 0;
        while (index < rows.Count && rows[index].Job.Id.CompareTo(job.Id) > 0) index++;
        Add(index, job);
        if (rows.Count > MaximumRows) NeedsReload = true;
    }

    private void Add(int index, JobView job)
    {
        var row = new JobRow(job);
        rows.Insert(index, row);
        byId[job.Id] = row;
    }
}
