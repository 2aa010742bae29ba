using DeviceConsole.Core.Mibs;

namespace DeviceConsole.Protocols.Smi.Text;

/// <summary>Collects what is wrong with one file, up to a bound, each sentence once a line.</summary>
internal sealed class SmiDiagnostics(SmiText text, int limit)
{
    private readonly List<(int Position, MibDiagnostic Diagnostic)> all = [];
    private readonly HashSet<(int Line, string Message)> seen = [];

    /// <summary>A part is lost.</summary>
    public void Error(int position, string message) => Add(position, MibSeverity.Error, message);

    /// <summary>What was meant is clear.</summary>
    public void Warning(int position, string message) => Add(position, MibSeverity.Warning, message);

    /// <summary>Those that belong to the characters from one position to another, by place.</summary>
    public IReadOnlyList<MibDiagnostic> Between(int start, int end) =>
        [.. all.Where(d => d.Position >= start && d.Position < end).OrderBy(d => d.Position).Select(d => d.Diagnostic)];

    private void Add(int position, MibSeverity severity, string message)
    {
        if (all.Count > limit) return;
        var (line, column) = text.Place(Math.Min(position, text.Length));
        if (!seen.Add((line, message))) return;
        if (all.Count == limit) (severity, message) = (MibSeverity.Error, $"More than {limit} problems; the rest is not listed. Correct the first ones and upload the file again.");
        all.Add((position, new MibDiagnostic(text.File, line, column, severity, message)));
    }
}
