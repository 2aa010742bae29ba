namespace DeviceConsole.Core.DataModels;

/// <summary>What a node of a data model is.</summary>
public enum ModelNodeKind
{
    /// <summary>An object or a table.</summary>
    Object,

    /// <summary>A parameter.</summary>
    Parameter,

    /// <summary>A command (USP); its path ends with "()".</summary>
    Command,

    /// <summary>An event (USP); its path ends with "!".</summary>
    Event,
}

/// <summary>
/// One object, parameter, command or event of a data model. <paramref name="Path"/> has {i} in place of instance numbers; an object's
/// ends with a dot. Words (access, status, types) are those of the DM Schema of TR-106.
/// </summary>
public sealed record ModelNode(string Path, ModelNodeKind Kind)
{
    /// <summary>Plain text, paragraphs parted by an empty line; empty where the model says nothing.</summary>
    public string Description { get; init; } = "";

    /// <summary>readOnly, readWrite, writeOnceReadOnly; an object that is readWrite can be added and deleted.</summary>
    public string Access { get; init; } = "readOnly";

    /// <summary>current, deprecated, obsoleted, deleted.</summary>
    public string Status { get; init; } = "current";

    /// <summary>The version of the model that brought it, "2.12"; empty where unknown.</summary>
    public string Version { get; init; } = "";

    /// <summary>Objects: the least number of instances.</summary>
    public int MinEntries { get; init; } = 1;

    /// <summary>Objects: the most instances; null for unbounded.</summary>
    public int? MaxEntries { get; init; } = 1;

    /// <summary>Objects: the parameter beside it that counts its instances.</summary>
    public string NumEntriesParameter { get; init; } = "";

    /// <summary>Objects: the parameter that enables an instance.</summary>
    public string EnableParameter { get; init; } = "";

    /// <summary>Objects: each key is a list of parameter names; no two instances are equal in it.</summary>
    public IReadOnlyList<IReadOnlyList<string>> UniqueKeys { get; init; } = [];

    /// <summary>Parameters: what values it takes; null for all else.</summary>
    public ModelType? Type { get; init; }

    /// <summary>Commands: ends later than its response.</summary>
    public bool IsAsync { get; init; }

    /// <summary>Commands: input arguments; paths are relative.</summary>
    public IReadOnlyList<ModelNode> Inputs { get; init; } = [];

    /// <summary>Commands: output arguments. Events: their arguments.</summary>
    public IReadOnlyList<ModelNode> Outputs { get; init; } = [];

    /// <summary>True where it can be set, or its instances be added and deleted.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsWritable => Access != "readOnly";

    /// <summary>True for a table: its path ends with "{i}.".</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsTable => Kind == ModelNodeKind.Object && Path.EndsWith("{i}.", StringComparison.Ordinal);
}

/// <summary>The values that a parameter takes. <paramref name="Base"/> is the primitive type: string, int, unsignedInt, long, unsignedLong, boolean, dateTime, base64, hexBinary, decimal.</summary>
public sealed record ModelType(string Base)
{
    /// <summary>The named type it goes back to (IPAddress, Alias); empty for none.</summary>
    public string Named { get; init; } = "";

    /// <summary>A comma-separated list of such values.</summary>
    public bool IsList { get; init; }

    /// <summary>Least number of items of a list.</summary>
    public int? MinItems { get; init; }

    /// <summary>Most items of a list.</summary>
    public int? MaxItems { get; init; }

    /// <summary>Longest text of a whole list.</summary>
    public int? MaxListLength { get; init; }

    /// <summary>Allowed lengths (characters, or bytes for base64 and hexBinary); any of them. Empty for any length.</summary>
    public IReadOnlyList<ModelSize> Sizes { get; init; } = [];

    /// <summary>Allowed numbers; any of them. Empty for any number.</summary>
    public IReadOnlyList<ModelRange> Ranges { get; init; } = [];

    /// <summary>The allowed words; empty for any.</summary>
    public IReadOnlyList<ModelChoice> Choices { get; init; } = [];

    /// <summary>Patterns of XML Schema, one of which has to match; shown, not evaluated.</summary>
    public IReadOnlyList<string> Patterns { get; init; } = [];

    /// <summary>The unit, for example "dBm"; empty for none.</summary>
    public string Units { get; init; } = "";

    /// <summary>The value of a new row, or the factory's; null where the model says none.</summary>
    public string? Default { get; init; }

    /// <summary>The value is a secret: it reads as empty.</summary>
    public bool IsHidden { get; init; }

    /// <summary>Holds paths: of what.</summary>
    public IReadOnlyList<string> References { get; init; } = [];
}

/// <summary>An allowed length.</summary>
public sealed record ModelSize(int? Minimum, int? Maximum);

/// <summary>An allowed range of numbers, both ends included.</summary>
public sealed record ModelRange(decimal? Minimum, decimal? Maximum, decimal? Step);

/// <summary>One allowed word.</summary>
public sealed record ModelChoice(string Value, string Description);
