using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp;

/// <summary>How a model wants to be talked to: what people entered or the product learnt, and what this session finds out.</summary>
internal sealed class CwmpQuirks(JsonObject known)
{
    public const string MaximumNames = "maximumNames";
    public const string Listing = "listing";
    public const string SkipEmptyPath = "skipEmptyPath";
    public const string NextLevel = "nextLevel";
    public const string Booleans = "booleans";
    public const string Dates = "dates";
    public const string Basic = "connectionRequestBasic";
    public const string AnyCertificate = "connectionRequestAnyCertificate";

    public const string Levels = "levels";
    public const string Words = "words";
    public const string NoZone = "no-zone";

    private readonly Dictionary<string, JsonNode> learnt = new(StringComparer.Ordinal);

    /// <summary>Nothing is known.</summary>
    public static CwmpQuirks None => new([]);

    /// <summary>The form, and what may be learnt.</summary>
    public static IReadOnlyList<FieldDescriptor> Fields { get; } =
    [
        new(MaximumNames, "Names in a request", FieldKind.Number) { Minimum = 1, Maximum = 800, Help = "The most names that the model takes in one GetParameterValues. Empty: 100 at first, then as many as it takes." },
        new(Listing, "Listing of names", FieldKind.Choice) { Choices = [new("whole", "Everything at once"), new(Levels, "Level by level")], Help = "How names are asked for with GetParameterNames." },
        new(SkipEmptyPath, "Never ask for the empty path", FieldKind.Toggle) { Help = "The whole tree is asked for by its root object's name." },
        new(NextLevel, "NextLevel is written as", FieldKind.Choice) { Choices = [new("digits", "1 and 0"), new(Words, "true and false")] },
        new(Booleans, "Boolean values are written as", FieldKind.Choice) { Choices = [new("digits", "1 and 0"), new(Words, "true and false")] },
        new(Dates, "Times are written", FieldKind.Choice) { Choices = [new("zone", "in UTC with a Z"), new(NoZone, "without a zone")] },
        new(Basic, "Connection requests with Basic", FieldKind.Toggle) { Help = "Where its devices offer no Digest, which TR-069 wants. Basic sends the password readable." },
        new(AnyCertificate, "Connection requests to any certificate", FieldKind.Toggle) { Help = "Its devices ask for https connection requests and have certificates that nobody trusts." },
    ];

    /// <summary>What this session found out and was not known; null where nothing.</summary>
    public JsonObject? Learnt => learnt.Count == 0 ? null : new JsonObject(learnt.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value.DeepClone())));

    public int? Names => known.Number(MaximumNames) is { } number ? (int)number : null;

    public bool ByLevels => known.Text(Listing) == Levels;

    public bool SkipsEmptyPath => known[SkipEmptyPath]?.GetValueKind() == JsonValueKind.True;

    public bool NextLevelInWords => known.Text(NextLevel) == Words;

    public bool BooleansInWords => known.Text(Booleans) == Words;

    public bool DatesWithoutZone => known.Text(Dates) == NoZone;

    /// <summary>True where nobody has said anything of the field yet: it may be tried out.</summary>
    public bool IsOpen(string field) => known[field] is null;

    /// <summary>What was learnt is written.</summary>
    public void Kept() => learnt.Clear();

    /// <summary>Holds from now on for this session, and is kept for the model.</summary>
    public void Learn(string field, JsonNode value)
    {
        if (known[field]?.ToJsonString() == value.ToJsonString()) return;
        known[field] = value;
        learnt[field] = value.DeepClone();
    }
}
