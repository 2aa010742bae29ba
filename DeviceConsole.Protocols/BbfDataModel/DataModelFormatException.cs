namespace DeviceConsole.Protocols.BbfDataModel;

/// <summary>A document is no data model; the one exception of this reader. <see cref="Line"/> counts from 1, 0 where it is about the whole file.</summary>
public sealed class DataModelFormatException(string file, int line, string message) : Exception(message)
{
    /// <summary>The document's file.</summary>
    public string File { get; } = file;

    /// <summary>Where in it.</summary>
    public int Line { get; } = line;
}
