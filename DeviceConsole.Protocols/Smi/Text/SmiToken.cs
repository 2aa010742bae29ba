namespace DeviceConsole.Protocols.Smi.Text;

/// <summary>Kinds of tokens.</summary>
internal enum SmiTokenKind : byte
{
    EndOfFile,

    /// <summary>Any name or keyword.</summary>
    Name,

    /// <summary>Decimal digits.</summary>
    Number,

    /// <summary>Text between quotation marks.</summary>
    String,

    /// <summary>'…'H with hex digits only.</summary>
    Hex,

    /// <summary>'…'B with binary digits only.</summary>
    Binary,

    /// <summary>A literal that the lexer complained about.</summary>
    BadLiteral,

    /// <summary>::=</summary>
    Assign,

    /// <summary>..</summary>
    Range,
    OpenBrace, CloseBrace, OpenParenthesis, CloseParenthesis, OpenBracket, CloseBracket, Comma, Semicolon, Dot, Bar, Minus, Colon,

    /// <summary>A character that has no place in a module.</summary>
    Other,
}

/// <summary>A token: a place in the text, no copy of it.</summary>
internal readonly record struct SmiToken(SmiTokenKind Kind, SmiWord Word, int Start, int Length);
