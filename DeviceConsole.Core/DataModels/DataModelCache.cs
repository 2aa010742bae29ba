namespace DeviceConsole.Core.DataModels;

/// <summary>
/// The models that were asked for last, by the hash of what they hold: tenants that imported the same document share one copy, and who
/// has it is decided before by the tenant's own row.
/// </summary>
public sealed class DataModelCache
{
    // About 10 MB each.
    private const int Most = 8;
    private readonly Lock gate = new();
    private readonly List<(string Hash, Task<DataModelIndex?> Index)> recent = [];

    internal async Task<DataModelIndex?> GetAsync(byte[] hash, Func<Task<byte[]?>> load)
    {
        var key = Convert.ToHexString(hash);
        Task<DataModelIndex?> index;
        lock (gate)
        {
            var at = recent.FindIndex(r => r.Hash == key);
            index = at >= 0 ? recent[at].Index : Task.Run(async () => await load() is { } content ? new DataModelIndex(ModelBlob.Read(content)) : null);
            if (at >= 0) recent.RemoveAt(at);
            recent.Insert(0, (key, index));
            if (recent.Count > Most) recent.RemoveAt(Most);
        }

        try
        {
            if (await index is { } found) return found;
            Forget(key);
            return null;
        }
        catch
        {
            // Whoever asks next tries again.
            Forget(key);
            throw;
        }
    }

    private void Forget(string key)
    {
        lock (gate) recent.RemoveAll(r => r.Hash == key);
    }
}
