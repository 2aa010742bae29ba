namespace DeviceConsole.Core.Mibs;

/// <summary>
/// Which three letters in a row the descriptions of a module have, as 32,768 bits: a module that lacks one of a word's bits has the word nowhere. So a search looks into the
/// few modules that may have what it seeks; what it finds there is compared in earnest.
/// </summary>
public static class TextSignature
{
    /// <summary>Bytes of a signature.</summary>
    public const int Size = 4096;

    private const int Bits = Size * 8;

    /// <summary>The signature of a module's descriptions.</summary>
    public static byte[] Of(MibModule module)
    {
        var signature = new byte[Size];
        foreach (var definition in module.Definitions)
            if (definition.Description is { } text) Each(text, signature, static (bit, bits) => bits[bit >> 3] |= (byte)(1 << (bit & 7)));
        return signature;
    }

    /// <summary>The bits, as numbers that PostgreSQL's <c>get_bit</c> takes, that every text with these words has.</summary>
    public static int[] BitsOf(IEnumerable<string> words)
    {
        var bits = new HashSet<int>();
        foreach (var word in words) Each(word, bits, static (bit, set) => set.Add(bit));
        return [.. bits];
    }

    private static void Each<T>(ReadOnlySpan<char> text, T into, Action<int, T> add)
    {
        uint gram = 0;
        for (var i = 0; i < text.Length; i++)
        {
            gram = ((gram << 10) | (uint)(char.ToLowerInvariant(text[i]) & 0x3FF)) & 0x3FFF_FFFF;
            if (i >= 2) add((int)((gram * 2_654_435_761u) >> 17), into);
        }
    }
}
