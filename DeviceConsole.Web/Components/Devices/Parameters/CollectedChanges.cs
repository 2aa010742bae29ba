using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Web.Components.Devices.Parameters;

/// <summary>A value that somebody has put aside, to be sent with others.</summary>
/// <param name="Write">What is to be written.</param>
/// <param name="Source">The protocol that the parameter came by; the same one writes it.</param>
public sealed record CollectedChange(TreeWrite Write, string Source)
{
    /// <summary>The job that was asked to write it; null while it waits for that.</summary>
    public Guid? Job { get; init; }

    /// <summary>The device does not give the value back, as a password: it is not shown here either.</summary>
    public bool IsHidden { get; init; }

    /// <summary>The value for people.</summary>
    public string Shown => IsHidden ? "••••••" : Write.Value.Length == 0 ? "empty" : Write.Value;
}

/// <summary>The changes that were put aside, in the order in which they were; at most one a parameter.</summary>
public sealed class CollectedChanges
{
    private readonly List<CollectedChange> changes = [];

    /// <summary>All of them.</summary>
    public IReadOnlyList<CollectedChange> All => changes;

    /// <summary>The change of that parameter, or null.</summary>
    public CollectedChange? At(string path) => changes.Find(c => c.Write.Path == path);

    /// <summary>Puts one aside, in the place of an earlier one of its parameter.</summary>
    public void Put(CollectedChange change)
    {
        var index = changes.FindIndex(c => c.Write.Path == change.Write.Path);
        if (index < 0) changes.Add(change);
        else changes[index] = change;
    }

    /// <summary>Takes one out.</summary>
    public void Remove(string path) => changes.RemoveAll(c => c.Write.Path == path);

    /// <summary>Takes all of them out.</summary>
    public void Clear() => changes.Clear();

    /// <summary>They are on their way in that job.</summary>
    public void Sent(Guid job, IEnumerable<CollectedChange> sent)
    {
        foreach (var change in sent) Put(change with { Job = job });
    }

    /// <summary>Their job has ended: what it wrote is done, what it did not write waits again, to be corrected or sent again.</summary>
    public void Ended(JobView job)
    {
        if (job.State == JobState.Completed) changes.RemoveAll(c => c.Job == job.Id);
        for (var i = 0; i < changes.Count; i++)
            if (changes[i].Job == job.Id) changes[i] = changes[i] with { Job = null };
    }
}
