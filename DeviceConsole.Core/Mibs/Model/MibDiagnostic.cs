namespace DeviceConsole.Core.Mibs;

/// <summary>How much a diagnostic costs.</summary>
public enum MibSeverity
{
    /// <summary>The compiler understood what was meant.</summary>
    Warning,

    /// <summary>A definition, or a part of one, is lost.</summary>
    Error,
}

/// <summary>One sentence about one place of an uploaded file.</summary>
/// <param name="File">The file's name as it was uploaded.</param>
/// <param name="Line">From 1; 0 where the whole file is meant.</param>
/// <param name="Column">From 1; 0 where the whole file is meant.</param>
/// <param name="Severity">What it costs.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record MibDiagnostic(string File, int Line, int Column, MibSeverity Severity, string Message);
