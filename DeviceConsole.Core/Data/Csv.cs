namespace DeviceConsole.Core.Data;

/// <summary>
/// Lines of comma-separated values: RFC 4180. What a device says is never a formula in the program that opens the file: a cell that a spreadsheet would
/// reckon with begins with an apostrophe, plain numbers excepted.
/// </summary>
public static class Csv
{
    private const string Formula = "=+-@\t\r\n＝＋－＠";

    /// <summary>One line with its CRLF.</summary>
    public static string Line(params ReadOnlySpan<string?> cells)
    {
        var line = new System.Text.StringBuilder();
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0) line.Append(',');
            line.Append(Cell(cells[i]));
        }
        return line.Append("\r\n").ToString();
    }

    /// <summary>One cell.</summary>
    public static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var begin = text.AsSpan().TrimStart(' ');
        if (!begin.IsEmpty && Formula.Contains(begin[0], StringComparison.Ordinal) && !IsNumber(text)) text = "'" + text;
        return text.AsSpan().IndexOfAny("\",\r\n") < 0 && text[0] != ' ' && text[^1] != ' ' ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static bool IsNumber(string text)
    {
        var digits = text.AsSpan(text[0] is '-' or '+' ? 1 : 0);
        var dots = 0;
        foreach (var c in digits)
        {
            if (c == '.' && ++dots == 1) continue;
            if (!char.IsAsciiDigit(c)) return false;
        }
        return digits.Length > dots;
    }
}
