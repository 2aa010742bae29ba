namespace DeviceConsole.Protocols.Cwmp.BulkData.Wire;

/// <summary>
/// Reports in CSV (TR-069 Amendment 6 Annex N; TR-369 A.5.2): a header, and a row a parameter or a column a parameter. A row that cannot be read
/// loses only itself.
/// </summary>
public static class BulkCsv
{
    private const string Timestamp = "ReportTimestamp", Name = "ParameterName", Value = "ParameterValue", Type = "ParameterType";

    /// <summary>Reads a body. <see cref="BulkDecodeException"/> where it is no report at all, or too large.</summary>
    public static BulkReportBody Read(string text, BulkCsvFormat format, BulkCsvLayout layout)
    {
        var reader = new CsvReader(text.TrimStart('\ufeff'), format);
        if (!reader.Read()) throw new BulkDecodeException("The report is empty: not even a header stands in it.");
        if (reader.Fields.Count > BulkLimits.Fields) throw new BulkDecodeException($"The report has more than {BulkLimits.Fields:N0} columns.", true);
        string[] header = [.. reader.Fields];
        var hasNames = header.Contains(Name, StringComparer.OrdinalIgnoreCase);
        if (layout == BulkCsvLayout.Unknown) layout = hasNames ? BulkCsvLayout.ParameterPerRow : BulkCsvLayout.ParameterPerColumn;
        return layout == BulkCsvLayout.ParameterPerColumn ? Columns(reader, header) : Rows(reader, header, hasNames);
    }

    private static BulkReportBody Rows(CsvReader reader, string[] header, bool isHeader)
    {
        // A device that leaves the header out has the columns in the standard's order.
        string[] columns = isHeader ? header : header.Length >= 4 ? [Timestamp, Name, Value, Type] : [Name, Value, Type];
        var (time, name, value, type) = (Place(columns, Timestamp), Place(columns, Name), Place(columns, Value), Place(columns, Type));
        if (name < 0 || value < 0) throw new BulkDecodeException($"The header has no {(name < 0 ? Name : Value)}.");
        var collector = new BulkCollector();
        if (!isHeader) Row(header);
        while (reader.Read()) Row(reader.Fields);
        return collector.Finish();

        void Row(IReadOnlyList<string> fields)
        {
            if (fields.Count <= Math.Max(name, value) || fields.Count > columns.Length || reader.IsOpen)
            {
                collector.Skip(() => $"Row {reader.Row} has {fields.Count} fields where {columns.Length} were announced{(reader.IsOpen ? ", and a quote is not closed" : "")}.");
                return;
            }
            if (When(time < 0 ? "" : fields[time], collector, reader) is not (true, var at)) return;
            collector.At(at, false);
            collector.Add(fields[name].Trim(), fields[value], type >= 0 && type < fields.Count ? fields[type].Trim() : "", () => $"Row {reader.Row}");
        }
    }

    private static BulkReportBody Columns(CsvReader reader, string[] header)
    {
        var time = Place(header, Timestamp);
        var collector = new BulkCollector();
        while (reader.Read())
        {
            var fields = reader.Fields;
            if (fields.Count != header.Length || reader.IsOpen)
            {
                collector.Skip(() => $"Row {reader.Row} has {fields.Count} fields where the header has {header.Length}{(reader.IsOpen ? ", and a quote is not closed" : "")}.");
                continue;
            }
            if (When(time < 0 ? "" : fields[time], collector, reader) is not (true, var at)) continue;
            collector.At(at, true);
            // A column of an instance that was not there at that moment is empty.
            for (var i = 0; i < header.Length; i++)
                if (i != time && fields[i].Length > 0) collector.Add(header[i].Trim(), fields[i], "", () => $"Row {reader.Row}, column {header.Length}");
        }
        return collector.Finish();
    }

    private static (bool IsGood, DateTimeOffset? At) When(string text, BulkCollector collector, CsvReader reader)
    {
        if (text.Length == 0) return (true, null);
        if (BulkTime.TryRead(text, out var at)) return (true, at);
        collector.Skip(() => $"Row {reader.Row} was collected at \"{(text.Length <= 40 ? text : text[..40])}\", which is no time.");
        return (false, null);
    }

    private static int Place(string[] header, string name) => Array.FindIndex(header, h => h.Trim().Equals(name, StringComparison.OrdinalIgnoreCase));
}
