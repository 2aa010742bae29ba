using DeviceConsole.Core.BulkData;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Web.Components.BulkData;

/// <summary>A profile of bulk data as somebody types it.</summary>
public sealed class BulkForm
{
    /// <summary>A parameter.</summary>
    public sealed class Line
    {
        public string Reference { get; set; } = "";
        public string Name { get; set; } = "";
        public string Graph { get; set; } = BulkGraphs.Automatic;
    }

    public string Name { get; set; } = "";
    public int Interval { get; set; } = 300;
    public string Encoding { get; set; } = BulkEncodings.JsonHierarchy;
    public string Separator { get; set; } = ",";
    public bool Compress { get; set; } = true;
    public int Retained { get; set; } = 10;
    public List<Line> Lines { get; } = [new()];

    /// <summary>Takes a template in: its name where there is none, its references in place of empty lines.</summary>
    public void Add(string name, IEnumerable<string> references)
    {
        if (Name.Length == 0) Name = name;
        Trim();
        foreach (var reference in references)
            if (Lines.TrueForAll(l => l.Reference != reference)) Lines.Add(new Line { Reference = reference });
    }

    /// <summary>Lines with nothing in them go, so that errors count as the form does.</summary>
    public BulkProfileInput Read()
    {
        Trim();
        var input = new BulkProfileInput
        {
            Name = Name, IntervalSeconds = Interval, Encoding = Encoding, Separator = Separator, Compress = Compress, Retained = Retained,
            Parameters = [.. Lines.Select(l => new BulkParameter(l.Reference, l.Name, l.Graph))],
        };
        if (Lines.Count == 0) Lines.Add(new Line());
        return input;
    }

    private void Trim() => Lines.RemoveAll(l => l.Reference.Trim().Length == 0 && l.Name.Trim().Length == 0);
}
