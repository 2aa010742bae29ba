namespace DeviceConsole.Core.Mibs;

/// <summary>A file that an upload compiles, as far as its place in the order depends on it.</summary>
/// <param name="No">Its number in the upload.</param>
/// <param name="Size">Bytes of its text.</param>
/// <param name="Modules">Its modules with what they import.</param>
internal sealed record PlannedFile(int No, int Size, IReadOnlyList<MibHeader> Modules);

/// <summary>
/// The order in which the files of a large upload are compiled: what others import comes first, so that every batch is whole when it is stored. Files that import each
/// other in a circle, and revisions of one module, stand in one batch.
/// </summary>
internal static class UploadPlan
{
    /// <summary>Files and bytes of a batch: two of them are held in memory at a time. A circle may have more files.</summary>
    public const int BatchFiles = 96, BatchBytes = 6 * 1024 * 1024;

    /// <summary>Files and bytes of a circle, which is compiled at once.</summary>
    public const int CircleFiles = 512, CircleBytes = 32 * 1024 * 1024;

    /// <summary>The batches in their order, and the files of circles that are too large to be compiled.</summary>
    public static (List<List<PlannedFile>> Batches, List<PlannedFile> TooLarge) Of(IReadOnlyList<PlannedFile> files)
    {
        var batches = new List<List<PlannedFile>>();
        var tooLarge = new List<PlannedFile>();
        var batch = new List<PlannedFile>();
        long bytes = 0;
        foreach (var group in Groups(files))
        {
            var size = group.Sum(f => (long)f.Size);
            if (group.Count > CircleFiles || (group.Count > 1 && size > CircleBytes))
            {
                tooLarge.AddRange(group);
                continue;
            }
            if (batch.Count > 0 && (batch.Count + group.Count > BatchFiles || bytes + size > BatchBytes))
            {
                batches.Add(batch);
                (batch, bytes) = ([], 0);
            }
            batch.AddRange(group);
            bytes += size;
        }
        if (batch.Count > 0) batches.Add(batch);
        return (batches, tooLarge);
    }

    // Strongly connected components (Tarjan), each behind those that it imports. Without recursion: a chain of imports may be as long as the upload.
    private static List<List<PlannedFile>> Groups(IReadOnlyList<PlannedFile> files)
    {
        var links = Links(files);
        var (index, low, onStack) = (new int[files.Count], new int[files.Count], new bool[files.Count]);
        var (stack, path, groups, next) = (new Stack<int>(), new Stack<(int Node, int Link)>(), new List<List<PlannedFile>>(), 0);
        for (var root = 0; root < files.Count; root++)
        {
            if (index[root] == 0) Enter(root);
            while (path.TryPop(out var at))
            {
                if (at.Link < links[at.Node].Count)
                {
                    path.Push((at.Node, at.Link + 1));
                    var other = links[at.Node][at.Link];
                    if (index[other] == 0) Enter(other);
                    else if (onStack[other]) low[at.Node] = Math.Min(low[at.Node], index[other]);
                    continue;
                }
                if (path.TryPeek(out var parent)) low[parent.Node] = Math.Min(low[parent.Node], low[at.Node]);
                if (low[at.Node] == index[at.Node]) groups.Add(Leave(at.Node));
            }
        }
        return groups;

        void Enter(int node)
        {
            index[node] = low[node] = ++next;
            onStack[node] = true;
            stack.Push(node);
            path.Push((node, 0));
        }

        List<PlannedFile> Leave(int root)
        {
            var group = new List<PlannedFile>();
            int node;
            do
            {
                node = stack.Pop();
                onStack[node] = false;
                group.Add(files[node]);
            }
            while (node != root);
            return group;
        }
    }

    // From each file to those that it needs first; files with a module of one name need each other.
    private static List<List<int>> Links(IReadOnlyList<PlannedFile> files)
    {
        var byName = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (var i = 0; i < files.Count; i++)
        {
            foreach (var name in files[i].Modules.Select(m => m.Name).Distinct(StringComparer.Ordinal))
            {
                if (byName.TryGetValue(name, out var same)) same.Add(i);
                else byName[name] = [i];
            }
        }
        var links = new List<List<int>>(files.Count);
        foreach (var file in files)
            links.Add([.. file.Modules.SelectMany(m => m.Imports).Distinct(StringComparer.Ordinal).Where(byName.ContainsKey).Select(n => byName[n][0])]);
        // The first of a name leads to all of them, in a ring.
        foreach (var same in byName.Values.Where(s => s.Count > 1))
        {
            for (var i = 0; i < same.Count; i++) links[same[i]].Add(same[(i + 1) % same.Count]);
        }
        return links;
    }
}
