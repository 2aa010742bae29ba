using System.Buffers;

namespace DeviceConsole.Protocols.Smi.Text;

/// <summary>
/// Cuts a file into tokens in one pass. Tolerates what vendors' files contain: rules of hyphens, text behind a closing
/// double hyphen, underscores, control characters, names that begin with a digit.
/// </summary>
internal sealed class SmiLexer(SmiText text, SmiDiagnostics diagnostics, int limit)
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF \t");

    // RFC 2578 clause 3.1 allows 64; vendors have longer ones.
    private const int MaximumName = 200;

    // Room for the tokens of this many characters at the beginning; it grows.
    private const int FirstPart = 256 * 1024;

    private readonly SmiTokens tokens = new(Math.Min(text.Length, FirstPart) / 8 + 16);
    private int at;

    private ReadOnlySpan<char> Characters => text.Characters;
    private int lineEnd = -1;

    /// <summary>True while nothing but comments has been seen on the line.</summary>
    private bool freshLine = true;

    /// <summary>All tokens; the last one is EndOfFile. The caller gives them back when it has read them.</summary>
    public SmiTokens Read(CancellationToken cancellationToken) => Read(text.Length, cancellationToken);

    /// <summary>The tokens that begin before a place, and EndOfFile.</summary>
    public SmiTokens Read(int end, CancellationToken cancellationToken)
    {
        var characters = Characters;
        while (at < end)
        {
            if (tokens.Count >= limit)
            {
                diagnostics.Error(at, $"The file has more than {limit:N0} words; split it into modules of their own.");
                break;
            }
            if ((tokens.Count & 0xFFFF) == 0) cancellationToken.ThrowIfCancellationRequested();
            Next(characters[at]);
        }
        tokens.Add(new SmiToken(SmiTokenKind.EndOfFile, SmiWord.None, Math.Max(at, Math.Min(end, text.Length)), 0));
        return tokens;
    }

    private void Next(char c)
    {
        if (c is '\n' or '\r')
        {
            at++;
            freshLine = true;
        }
        else if (c is ' ' or '\t' or '\f' or '\v' or '\u001a' or '\u00a0' or '\ufeff') at++;
        else if (c == '\0') Nul();
        else if (c == '-' && Peek(1) == '-') Comment();
        else if (char.IsAsciiLetterOrDigit(c)) NameOrNumber();
        else if (c == '"') Quoted();
        else if (c == '\'') Literal();
        else Punctuation(c);
    }

    private char Peek(int ahead) => at + ahead < text.Length ? Characters[at + ahead] : '\0';

    private void Add(SmiTokenKind kind, int length, SmiWord word = SmiWord.None)
    {
        tokens.Add(new SmiToken(kind, word, at, length));
        at += length;
        freshLine = false;
    }

    private void Nul()
    {
        diagnostics.Warning(at, "There is a zero byte here; it is read as a blank.");
        while (Peek(0) == '\0' && at < text.Length) at++;
    }

    private void Comment()
    {
        if (lineEnd < at) lineEnd = Characters[at..].IndexOfAny('\n', '\r') is >= 0 and var length ? at + length : text.Length;
        var start = at;
        SkipHyphens();
        var ruled = at - start > 2;
        var close = ruled ? -1 : Characters[at..lineEnd].IndexOf("--");
        if (close < 0)
        {
            at = lineEnd;
            return;
        }
        at += close;
        SkipHyphens();
        if (freshLine && !LooksLikeCode(Characters[at..lineEnd])) at = lineEnd;
        freshLine = false;
    }

    private void SkipHyphens()
    {
        var characters = Characters;
        while (at < lineEnd && characters[at] == '-') at++;
    }

    /// <summary>A comment that fills its line's beginning is followed by prose more often than by a definition.</summary>
    private static bool LooksLikeCode(ReadOnlySpan<char> rest)
    {
        rest = rest.Trim();
        return rest.Length > 0 && (rest.Contains("::=", StringComparison.Ordinal) || rest[^1] is ',' or '{' or '}' or ';' or ')' || SmiWords.IsClause(SmiWords.Find(FirstWord(rest))));
    }

    private static ReadOnlySpan<char> FirstWord(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny(" \t");
        return end < 0 ? text : text[..end];
    }

    private void NameOrNumber()
    {
        var characters = Characters;
        var end = at;
        var digits = true;
        while (end < characters.Length)
        {
            var c = characters[end];
            if (c == '-')
            {
                if (end + 1 >= characters.Length || !(char.IsAsciiLetterOrDigit(characters[end + 1]) || characters[end + 1] == '_') || digits) break;
            }
            else if (!char.IsAsciiLetterOrDigit(c) && c != '_')
            {
                break;
            }
            digits &= char.IsAsciiDigit(c);
            end++;
        }
        if (!digits && end - at > MaximumName)
        {
            diagnostics.Error(at, $"This name has {end - at} characters; a name has at most 64. What it names is left out.");
            Add(SmiTokenKind.Other, end - at);
            return;
        }
        var word = digits ? SmiWord.None : SmiWords.Find(Characters[at..end]);
        Add(digits ? SmiTokenKind.Number : SmiTokenKind.Name, end - at, word);
    }

    private void Quoted()
    {
        var characters = Characters;
        var start = at;
        var end = at + 1;
        while (true)
        {
            var length = characters[end..].IndexOf('"');
            if (length < 0)
            {
                Unclosed(start);
                return;
            }
            end += length + 1;
            if (end >= characters.Length || characters[end] != '"') break;
            if (end == start + 2 && !(end + 1 < characters.Length && characters[end + 1] == '"')) break;
            end++;
        }
        var nul = Characters[start..end].IndexOf('\0');
        if (nul >= 0) diagnostics.Warning(start + nul, "There is a zero byte in this text; it is left out.");
        Add(SmiTokenKind.String, end - start);
    }

    private void Unclosed(int start)
    {
        diagnostics.Error(start, $"The text that begins with the quotation mark in line {text.Place(start).Line} is not closed before the end of the file; close it with a quotation mark.");
        var end = Characters[start..].IndexOfAny('\n', '\r');
        Add(SmiTokenKind.String, end < 0 ? text.Length - start : end);
    }

    private void Literal()
    {
        var characters = Characters;
        var end = at + 1;
        while (end < characters.Length && characters[end] is not ('\'' or '\n' or '\r' or '}' or ';' or '"')) end++;
        if (end >= characters.Length || characters[end] != '\'')
        {
            diagnostics.Error(at, "This quoted number is not closed; it ends with a quotation mark and H or B, as in '1F'H.");
            Add(SmiTokenKind.BadLiteral, end - at);
            return;
        }
        var digits = Characters[(at + 1)..end];
        var suffix = end + 1 < characters.Length ? char.ToUpperInvariant(characters[end + 1]) : '\0';
        var kind = suffix switch { 'H' => SmiTokenKind.Hex, 'B' => SmiTokenKind.Binary, _ => SmiTokenKind.BadLiteral };
        if (!Check(kind, digits)) kind = SmiTokenKind.BadLiteral;
        Add(kind, end - at + (suffix is 'H' or 'B' ? 2 : 1));
    }

    private bool Check(SmiTokenKind kind, ReadOnlySpan<char> digits)
    {
        switch (kind)
        {
            case SmiTokenKind.Hex when digits.ContainsAnyExcept(HexDigits):
                diagnostics.Error(at, $"'{digits}'H has a character that is no hex digit; use 0 to 9 and A to F.");
                return false;
            case SmiTokenKind.Binary when digits.ContainsAnyExcept("01 \t"):
                diagnostics.Error(at, $"'{digits}'B has a character that is no binary digit; use 0 and 1.");
                return false;
            case SmiTokenKind.BadLiteral:
                diagnostics.Error(at, "A quoted number ends with H for hex or B for binary, as in '1F'H.");
                return false;
            default:
                return true;
        }
    }

    private void Punctuation(char c)
    {
        if (c == ':' && Peek(1) == ':' && Peek(2) == '=')
        {
            Add(SmiTokenKind.Assign, 3);
            return;
        }
        if (c == '.' && Peek(1) == '.')
        {
            Add(SmiTokenKind.Range, 2);
            return;
        }
        var kind = c switch
        {
            '{' => SmiTokenKind.OpenBrace,
            '}' => SmiTokenKind.CloseBrace,
            '(' => SmiTokenKind.OpenParenthesis,
            ')' => SmiTokenKind.CloseParenthesis,
            '[' => SmiTokenKind.OpenBracket,
            ']' => SmiTokenKind.CloseBracket,
            ',' => SmiTokenKind.Comma,
            ';' => SmiTokenKind.Semicolon,
            '.' => SmiTokenKind.Dot,
            '|' => SmiTokenKind.Bar,
            '-' => SmiTokenKind.Minus,
            ':' => SmiTokenKind.Colon,
            _ => SmiTokenKind.Other,
        };
        if (kind == SmiTokenKind.Other && c > '~')
        {
            diagnostics.Warning(at, $"The character {Show(c)} has no place here; it is left out.");
            at++;
            return;
        }
        Add(kind, 1);
    }

    private static string Show(char c) => char.IsControl(c) || char.IsSurrogate(c) ? $"U+{(int)c:X4}" : $"\"{c}\"";
}
