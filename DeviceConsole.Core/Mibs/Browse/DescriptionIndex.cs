using System.Text;

namespace DeviceConsole.Core.Mibs;

/// <summary>The descriptions of a tenant's objects in one block of lower-case bytes, so that a search through all of them takes milliseconds.</summary>
public sealed class DescriptionIndex
{
    private readonly byte[] text;
    private readonly int[] starts;
    private readonly MibNode[] nodes;

    internal DescriptionIndex(IEnumerable<(MibNode Node, string Description)> descriptions)
    {
        using var buffer = new MemoryStream();
        var (places, found) = (new List<int>(), new List<MibNode>());
        foreach (var (node, description) in descriptions)
        {
            places.Add((int)buffer.Length);
            found.Add(node);
            buffer.Write(Encoding.UTF8.GetBytes(description.ToLowerInvariant()));
            buffer.WriteByte(0);
        }
        (text, starts, nodes) = (buffer.ToArray(), [.. places], [.. found]);
    }

    /// <summary>Bytes of all descriptions.</summary>
    public int Size => text.Length;

    /// <summary>Objects whose description contains every word, in the order of the modules.</summary>
    public IReadOnlyList<MibNode> Search(string words, int limit)
    {
        var wanted = words.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Encoding.UTF8.GetBytes).OrderByDescending(w => w.Length).ToList();
        var found = new List<MibNode>();
        // A word of one or two letters is in nearly every text.
        if (wanted.Count == 0 || wanted[0].Length < 3) return found;
        for (var at = 0; at < text.Length && found.Count < limit;)
        {
            var hit = text.AsSpan(at).IndexOf(wanted[0]);
            if (hit < 0) break;
            var place = Array.BinarySearch(starts, at + hit);
            var entry = place >= 0 ? place : ~place - 1;
            var end = entry + 1 < starts.Length ? starts[entry + 1] : text.Length;
            var all = text.AsSpan(starts[entry], end - starts[entry]);
            var matches = true;
            for (var i = 1; i < wanted.Count && matches; i++) matches = all.IndexOf(wanted[i]) >= 0;
            if (matches) found.Add(nodes[entry]);
            at = end;
        }
        return found;
    }
}
