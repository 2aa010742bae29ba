using System.Collections.Frozen;

namespace DeviceConsole.Protocols.Smi.Text;

/// <summary>The words that have a meaning of their own in a module (RFC 2578 clause 3.7, RFC 1212, RFC 1215).</summary>
internal enum SmiWord : byte
{
    None,
    Definitions, Begin, End, Imports, Exports, From, Macro,
    ModuleIdentity, ObjectIdentity, ObjectType, NotificationType, TrapType, TextualConvention,
    ObjectGroup, NotificationGroup, ModuleCompliance, AgentCapabilities,
    LastUpdated, Organization, ContactInfo, Revision, Syntax, WriteSyntax, MaxAccess, MinAccess, Access,
    Status, Description, Reference, Units, Index, Augments, Defval, DisplayHint,
    Objects, Notifications, Enterprise, Variables, MandatoryGroups, Group, Module, Supports, Includes, Variation, ProductRelease, CreationRequires,
    Object, Identifier, Integer, Octet, String, Bits, Sequence, Of, Choice, Null, Size, Implied, Implicit, Application, Universal, Min, Max,
}

/// <summary>Finds the words by their spelling.</summary>
internal static class SmiWords
{
    private static readonly string[] Spellings = [.. Enum.GetValues<SmiWord>().Select(Spell)];

    private static readonly FrozenDictionary<string, SmiWord> Words = Enum.GetValues<SmiWord>()
        .Where(w => w != SmiWord.None)
        .ToFrozenDictionary(Spelling, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, SmiWord>.AlternateLookup<ReadOnlySpan<char>> Lookup = Words.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The word with this spelling, or None.</summary>
    public static SmiWord Find(ReadOnlySpan<char> text) => Lookup.TryGetValue(text, out var word) ? word : SmiWord.None;

    /// <summary>True for the macros that define something with an object identifier.</summary>
    public static bool IsMacro(SmiWord word) => word is >= SmiWord.ModuleIdentity and <= SmiWord.AgentCapabilities and not SmiWord.TextualConvention;

    /// <summary>True for words that begin a clause of a macro.</summary>
    public static bool IsClause(SmiWord word) => word is >= SmiWord.LastUpdated and <= SmiWord.CreationRequires;

    /// <summary>The word as it is written.</summary>
    public static string Spelling(SmiWord word) => Spellings[(int)word];

    private static string Spell(SmiWord word)
    {
        var name = word.ToString();
        var text = string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"-{c}" : $"{c}"));
        return text.ToUpperInvariant();
    }
}
