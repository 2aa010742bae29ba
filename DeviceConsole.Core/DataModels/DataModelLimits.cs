namespace DeviceConsole.Core.DataModels;

/// <summary>How much of a data model is taken in.</summary>
public static class DataModelLimits
{
    /// <summary>The largest upload, a zip or a document.</summary>
    public const int Upload = 32 * 1024 * 1024;

    /// <summary>The largest document.</summary>
    public const int File = 16 * 1024 * 1024;

    /// <summary>All documents of an upload, unpacked.</summary>
    public const int Unpacked = 64 * 1024 * 1024;

    /// <summary>The most documents of an upload.</summary>
    public const int Files = 400;

    /// <summary>The most elements of all documents.</summary>
    public const int Elements = 1_000_000;

    /// <summary>The deepest nesting of elements, and the longest chain of imports, components or types.</summary>
    public const int Depth = 64;

    /// <summary>The most nodes of a model.</summary>
    public const int Nodes = 50_000;

    /// <summary>The most models of an upload.</summary>
    public const int Models = 16;

    /// <summary>The longest that reading may take.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(20);
}
