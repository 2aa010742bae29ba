using DeviceConsole.Core.Jobs;

namespace DeviceConsole.Web.Components.Devices.Parameters;

/// <summary>The jobs that this browser has asked for, shown at the lines that they are about.</summary>
public sealed class ParameterJobs
{
    private readonly Dictionary<Guid, string> paths = [];
    private readonly Dictionary<string, JobView> newest = new(StringComparer.Ordinal);

    /// <summary>A job was asked for at that path.</summary>
    public void Add(string path, JobView job)
    {
        paths[job.Id] = path;
        newest[path] = job;
    }

    /// <summary>The newest job at a path, or null.</summary>
    public JobView? At(string path) => newest.GetValueOrDefault(path);

    /// <summary>Those that have not ended, as far as is known here.</summary>
    public IEnumerable<JobView> Open => newest.Values.Where(j => !j.State.IsTerminal());

    /// <summary>Forgets the job at a path once it was seen.</summary>
    public void Dismiss(string path) => newest.Remove(path);

    /// <summary>A job has changed; its path where it is the newest there and this copy is a newer one, else null.</summary>
    public string? Update(JobView job)
    {
        if (!paths.TryGetValue(job.Id, out var path) || newest.GetValueOrDefault(path) is not { } shown || shown.Id != job.Id || shown.Revision >= job.Revision) return null;
        newest[path] = job;
        return path;
    }
}
