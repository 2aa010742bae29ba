namespace DeviceConsole.Protocols.Cwmp.BulkData.Wire;

/// <summary>How a profile writes CSV (TR-181 BulkData.Profile.{i}.CSVEncoding).</summary>
/// <param name="FieldSeparator">Between fields.</param>
/// <param name="Escape">Around a field that holds separators; twice for itself.</param>
public sealed record BulkCsvFormat(char FieldSeparator = ',', char Escape = '"')
{
    /// <summary>As RFC 4180 has it.</summary>
    public static BulkCsvFormat Standard { get; } = new();
}

/// <summary>How the parameters stand in the report (CSVEncoding.ReportFormat).</summary>
public enum BulkCsvLayout
{
    /// <summary>The header tells.</summary>
    Unknown,

    /// <summary>A row a parameter.</summary>
    ParameterPerRow,

    /// <summary>A column a parameter, a row a moment.</summary>
    ParameterPerColumn,
}
