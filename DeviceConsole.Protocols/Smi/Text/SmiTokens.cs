using System.Buffers;

namespace DeviceConsole.Protocols.Smi.Text;

/// <summary>The tokens of one file, in a borrowed array: those of a large file would be an object of the large heap each time.</summary>
internal sealed class SmiTokens(int expected)
{
    private SmiToken[] items = ArrayPool<SmiToken>.Shared.Rent(expected);

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>A token by its place; the last one, EndOfFile, for every place behind it.</summary>
    public ref readonly SmiToken At(int place) => ref items[place < Count ? place : Count - 1];

    /// <summary>Appends one.</summary>
    public void Add(SmiToken token)
    {
        if (Count == items.Length) Grow();
        items[Count++] = token;
    }

    /// <summary>Gives the array back.</summary>
    public void Return()
    {
        ArrayPool<SmiToken>.Shared.Return(items);
        (items, Count) = ([], 0);
    }

    private void Grow()
    {
        var larger = ArrayPool<SmiToken>.Shared.Rent(items.Length * 2);
        items.AsSpan().CopyTo(larger);
        ArrayPool<SmiToken>.Shared.Return(items);
        items = larger;
    }
}
