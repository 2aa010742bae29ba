using System.Text;

namespace DeviceConsole.Protocols.Cwmp.BulkData.Wire;

/// <summary>
/// Rows of RFC 4180 with any separator. A row ends with CR LF, CR or LF outside of quotes; quotes in the middle of a field are
/// part of it; what is quoted and never closed ends with the text. Never fails on what it is given.
/// </summary>
internal sealed class CsvReader(string text, BulkCsvFormat format)
{
    private readonly List<string> fields = [];
    private readonly StringBuilder quoted = new();
    private int place;

    /// <summary>The fields of the row that was read; at most one more than are allowed.</summary>
    public IReadOnlyList<string> Fields => fields;

    /// <summary>Its number, from 1 on.</summary>
    public int Row { get; private set; }

    /// <summary>True where a quoted field was not closed.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Reads the next row that is not empty.</summary>
    public bool Read()
    {
        while (place < text.Length)
        {
            Row++;
            fields.Clear();
            IsOpen = false;
            while (!Field())
            {
            }
            if (fields.Count > 1 || fields[0].Length > 0) return true;
        }
        return false;
    }

    // True where it was the row's last.
    private bool Field()
    {
        var field = place < text.Length && text[place] == format.Escape ? Quoted() : Plain();
        if (fields.Count <= BulkLimits.Fields) fields.Add(field);
        if (place >= text.Length) return true;
        var end = text[place++];
        if (end == format.FieldSeparator) return false;
        if (end == '\r' && place < text.Length && text[place] == '\n') place++;
        return true;
    }

    private string Plain()
    {
        var rest = text.AsSpan(place);
        var length = rest.IndexOfAny(format.FieldSeparator, '\r', '\n');
        if (length < 0) length = rest.Length;
        place += length;
        return rest[..length].Trim(' ').ToString();
    }

    private string Quoted()
    {
        quoted.Clear();
        place++;
        while (true)
        {
            var rest = text.AsSpan(place);
            var length = rest.IndexOf(format.Escape);
            if (length < 0)
            {
                IsOpen = true;
                quoted.Append(rest);
                place = text.Length;
                return quoted.ToString();
            }
            quoted.Append(rest[..length]);
            place += length + 1;
            if (place < text.Length && text[place] == format.Escape)
            {
                quoted.Append(format.Escape);
                place++;
                continue;
            }
            // What follows the closing quote belongs to the field still.
            quoted.Append(Plain());
            return quoted.ToString();
        }
    }
}
