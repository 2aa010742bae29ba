using System.Globalization;

namespace DeviceConsole.Simulator.Gateway;

/// <summary>Reads the embedded *.model files; their first lines explain the format.</summary>
internal sealed class ModelReader
{
    private readonly ModelObject root = new(null, "Device", false);
    private readonly Dictionary<string, List<string>> groups = new(StringComparer.Ordinal);
    private readonly List<(string Path, IReadOnlyList<(string Name, string Value)> Values)> rows = [];
    private ModelObject? current;
    private List<string>? group;
    private List<(string Name, string Value)>? row;

    public static GatewayModel ReadEmbedded()
    {
        var assembly = typeof(ModelReader).Assembly;
        var reader = new ModelReader();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.EndsWith(".model", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var text = new StreamReader(stream);
            while (text.ReadLine() is { } line) reader.Line(line.Trim());
        }

        return new GatewayModel(reader.root, reader.rows);
    }

    private void Line(string line)
    {
        if (line.Length == 0 || line[0] == '#') return;
        if (line[0] == '[') Section(line);
        else if (group is not null) group.Add(line);
        else if (row is not null) Value(line);
        else if (line[0] == '+') groups[line[1..]].ForEach(l => current!.Add(Parameter(l)));
        else current!.Add(Parameter(line));
    }

    private void Section(string line)
    {
        var end = line.IndexOf(']', StringComparison.Ordinal);
        var path = line[1..end];
        (current, group, row) = (null, null, null);
        if (path[0] == '$')
        {
            group = [];
            groups.Add(path[1..], group);
        }
        else if (path.Split('.').Any(s => s.Length > 0 && char.IsAsciiDigit(s[0])))
        {
            row = [];
            rows.Add((path, row));
        }
        else
        {
            current = Object(path);
            current.Writable = line[(end + 1)..].Trim() == "rw";
        }
    }

    private ModelObject Object(string path)
    {
        var segments = path.TrimEnd('.').Split('.');
        var node = root;
        for (var i = 1; i < segments.Length; i++)
        {
            if (segments[i] == "{i}") continue;
            node = node.Child(segments[i], i + 1 < segments.Length && segments[i + 1] == "{i}");
        }

        return node;
    }

    private void Value(string line)
    {
        var at = line.IndexOf(" = ", StringComparison.Ordinal);
        row!.Add((line[..at], line[(at + 3)..]));
    }

    private static ModelParameter Parameter(string line)
    {
        var at = line.IndexOf(" = ", StringComparison.Ordinal);
        var words = (at < 0 ? line : line[..at]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var parameter = new ModelParameter { Name = words[0], Type = words[1], Writable = words[2] == "rw", Default = at < 0 ? ZeroOf(words[1]) : line[(at + 3)..] };
        return words.Skip(3).Aggregate(parameter, Flag);
    }

    private static string ZeroOf(string type) => type switch
    {
        "boolean" => "false",
        "int" or "unsignedInt" or "long" or "unsignedLong" or "decimal" => "0",
        "dateTime" => "0001-01-01T00:00:00Z",
        _ => "",
    };

    private static ModelParameter Flag(ModelParameter parameter, string word)
    {
        var open = word.IndexOf('(', StringComparison.Ordinal);
        var text = open < 0 ? "" : word[(open + 1)..^1];
        return (open < 0 ? word : word[..open]) switch
        {
            "enum" => parameter with { Enumeration = text.Split('|') },
            "list" => parameter with { IsList = true },
            "secret" => parameter with { Secret = true },
            "size" => parameter with { MaxLength = int.Parse(text, CultureInfo.InvariantCulture) },
            "range" => parameter with { Minimum = Bound(text, 0), Maximum = Bound(text, 1) },
            "counter" => parameter with { Source = ValueSource.Counter, Rate = double.Parse(text, CultureInfo.InvariantCulture) },
            "uptime" => parameter with { Source = ValueSource.UpTime },
            "clock" => parameter with { Source = ValueSource.Clock },
            "gauge" => parameter with { Gauge = ((int)Bound(text, 0)!.Value, (int)Bound(text, 1)!.Value) },
            _ => throw new FormatException($"The gateway's model has an unknown flag '{word}' at {parameter.Name}."),
        };
    }

    private static decimal? Bound(string text, int side) =>
        text.Split("..")[side] is { Length: > 0 } number ? decimal.Parse(number, CultureInfo.InvariantCulture) : null;
}
