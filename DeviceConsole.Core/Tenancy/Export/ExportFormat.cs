namespace DeviceConsole.Core.Tenancy.Export;

/// <summary>How the files of an export are written.</summary>
public enum ExportFormat
{
    /// <summary>One array of objects a file (RFC 8259).</summary>
    Json,

    /// <summary>A header line and one line a row (RFC 4180), UTF-8; cells that a spreadsheet would calculate are made text.</summary>
    Csv,
}
