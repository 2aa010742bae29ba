using DeviceConsole.Protocols.Smi.Text;

namespace DeviceConsole.Protocols.Smi.Parsing;

/// <summary>Reads a file's tokens forward, and knows where definitions begin.</summary>
internal sealed class TokenReader(SmiText text, SmiTokens tokens)
{
    /// <summary>The index of the next token.</summary>
    public int At { get; set; }

    /// <summary>The next token; EndOfFile for ever at the end.</summary>
    public SmiToken Current => Peek(0);

    /// <summary>The next token's place in the text.</summary>
    public int Position => Current.Start;

    /// <summary>A token further on.</summary>
    public SmiToken Peek(int ahead) => tokens.At(At + ahead);

    /// <summary>The token before.</summary>
    public SmiToken Previous => tokens.At(Math.Max(0, At - 1));

    /// <summary>True at the end.</summary>
    public bool AtEnd => Current.Kind == SmiTokenKind.EndOfFile;

    /// <summary>The token's characters.</summary>
    public string Text(SmiToken token) => SharedText.Of(Span(token));

    /// <summary>The token's characters.</summary>
    public ReadOnlySpan<char> Span(SmiToken token) => text.Characters.Slice(token.Start, token.Length);

    /// <summary>The characters from one place to another.</summary>
    public string Source(int start, int end) => text.Characters[start..Math.Max(start, end)].ToString();

    /// <summary>Takes the next token where it is of this kind.</summary>
    public bool Take(SmiTokenKind kind)
    {
        if (Current.Kind != kind) return false;
        At++;
        return true;
    }

    /// <summary>Takes the next token where it is this word.</summary>
    public bool Take(SmiWord word)
    {
        if (Current.Word != word) return false;
        At++;
        return true;
    }

    /// <summary>The text between quotation marks, without the file's indentation; null where there is none here.</summary>
    public string? TakeString()
    {
        if (Current.Kind != SmiTokenKind.String) return null;
        var value = QuotedText.Clean(Span(Current));
        At++;
        return value;
    }

    /// <summary>Steps over a group in braces or parentheses, or over one token. Bounded by the next definition.</summary>
    public void SkipOne()
    {
        if (Current.Kind is not (SmiTokenKind.OpenBrace or SmiTokenKind.OpenParenthesis))
        {
            if (!AtEnd) At++;
            return;
        }
        var depth = 0;
        do
        {
            if (Current.Kind is SmiTokenKind.OpenBrace or SmiTokenKind.OpenParenthesis) depth++;
            else if (Current.Kind is SmiTokenKind.CloseBrace or SmiTokenKind.CloseParenthesis) depth--;
            else if (Current.Kind == SmiTokenKind.Assign || BeginsDefinition()) return;
            At++;
        }
        while (depth > 0 && !AtEnd);
    }

    /// <summary>Goes on to the next definition, END or module, at least one token further.</summary>
    public void SkipToDefinition()
    {
        if (!AtEnd) At++;
        while (!AtEnd && !BeginsDefinition() && !EndsModule()) At++;
    }

    /// <summary>END that is the module's own, or the header of the next module.</summary>
    public bool EndsModule() =>
        (Current.Word == SmiWord.End && (Peek(1).Kind == SmiTokenKind.EndOfFile || BeginsModule(1) || !BeginsDefinitionAt(1, false))) || BeginsModule(0);

    /// <summary>A module's header, <c>Name DEFINITIONS</c> or <c>Name { … } DEFINITIONS</c>.</summary>
    public bool BeginsModule(int ahead)
    {
        if (Peek(ahead).Kind != SmiTokenKind.Name) return false;
        if (Peek(ahead + 1).Word == SmiWord.Definitions) return true;
        if (Peek(ahead + 1).Kind != SmiTokenKind.OpenBrace || Peek(ahead).Word != SmiWord.None) return false;
        for (var i = 2; i < 40; i++)
        {
            var token = Peek(ahead + i);
            if (token.Kind == SmiTokenKind.CloseBrace) return Peek(ahead + i + 1).Word == SmiWord.Definitions;
            if (token.Kind is not (SmiTokenKind.Name or SmiTokenKind.Number or SmiTokenKind.OpenParenthesis or SmiTokenKind.CloseParenthesis or SmiTokenKind.Dot)) return false;
        }
        return false;
    }

    /// <summary>True where a definition begins here: a name with a macro, OBJECT IDENTIFIER or ::= behind it.</summary>
    public bool BeginsDefinition() => BeginsDefinitionAt(0, true);

    private bool BeginsDefinitionAt(int i, bool any)
    {
        var name = Peek(i);
        if (name.Kind != SmiTokenKind.Name) return false;
        var next = Peek(i + 1);
        if (next.Kind is not (SmiTokenKind.Name or SmiTokenKind.Assign)) return false;
        var third = Peek(i + 2);
        if (next.Word == SmiWord.Macro) return any && third.Kind == SmiTokenKind.Assign;
        if (SmiWords.IsClause(name.Word) || SmiWords.IsMacro(name.Word) || name.Word is SmiWord.Syntax or SmiWord.End or SmiWord.From or SmiWord.Imports or SmiWord.Exports) return false;
        if (SmiWords.IsMacro(next.Word)) return third.Kind is SmiTokenKind.Name && third.Word != SmiWord.From || third.Kind == SmiTokenKind.Assign;
        if (next.Word == SmiWord.Object && third.Word == SmiWord.Identifier) return Peek(i + 3).Kind == SmiTokenKind.Assign && Peek(i + 4).Kind == SmiTokenKind.OpenBrace;
        if (next.Kind != SmiTokenKind.Assign || third.Kind is not (SmiTokenKind.Name or SmiTokenKind.OpenBracket)) return false;
        return name.Word == SmiWord.None
            && (char.IsAsciiLetterUpper(text.Characters[name.Start]) || third.Word is SmiWord.Sequence or SmiWord.TextualConvention or SmiWord.Choice);
    }
}
