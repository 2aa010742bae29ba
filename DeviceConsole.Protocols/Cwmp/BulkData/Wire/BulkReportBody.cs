namespace DeviceConsole.Protocols.Cwmp.BulkData.Wire;

/// <summary>A parameter of a report.</summary>
/// <param name="Name">Its path, or the name that the profile gives it.</param>
/// <param name="Value">As the device wrote it.</param>
/// <param name="Type">The TR-106 base type, where the report says it; of JSON the one that its value could have; else empty.</param>
public readonly record struct BulkEntry(string Name, string Value, string Type);

/// <summary>What was collected at one moment.</summary>
/// <param name="At">The moment; null where the report does not say it.</param>
/// <param name="Entries">The parameters, in the report's order.</param>
public sealed record BulkCollection(DateTimeOffset? At, IReadOnlyList<BulkEntry> Entries);

/// <summary>All that one request brings: the present report, and those before it that could not be delivered.</summary>
/// <param name="Collections">In the order of the body.</param>
/// <param name="Bad">How many rows or parameters could not be read.</param>
/// <param name="Problems">Sentences about the first of them, at most <see cref="BulkLimits.Problems"/>.</param>
public sealed record BulkReportBody(IReadOnlyList<BulkCollection> Collections, int Bad, IReadOnlyList<string> Problems)
{
    /// <summary>How many parameters there are in all.</summary>
    public int Count => Collections.Sum(c => c.Entries.Count);
}

/// <summary>A body that is no report, or larger than what is taken.</summary>
/// <param name="message">A sentence.</param>
/// <param name="isTooLarge">True where it is only too large.</param>
public sealed class BulkDecodeException(string message, bool isTooLarge = false) : Exception(message)
{
    /// <summary>True where it is only too large.</summary>
    public bool IsTooLarge => isTooLarge;
}

/// <summary>What one body may have.</summary>
public static class BulkLimits
{
    /// <summary>Parameters.</summary>
    public const int Entries = 100_000;

    /// <summary>Moments.</summary>
    public const int Collections = 1_000;

    /// <summary>Characters of a name; TR-106 allows 256.</summary>
    public const int Name = 1_024;

    /// <summary>Characters of a value.</summary>
    public const int Value = 65_536;

    /// <summary>Fields of a row.</summary>
    public const int Fields = 20_000;

    /// <summary>Sentences about what could not be read.</summary>
    public const int Problems = 10;
}

/// <summary>Collects entries by their moments, and tells what could not be read.</summary>
internal sealed class BulkCollector
{
    private readonly List<(DateTimeOffset? At, List<BulkEntry> Entries)> collections = [];
    private readonly List<string> problems = [];
    private int bad;
    private int count;

    /// <summary>Begins a report, or goes on with the one of that moment where it was the last.</summary>
    public void At(DateTimeOffset? at, bool isNew)
    {
        if (!isNew && collections.Count > 0 && collections[^1].At == at) return;
        if (collections.Count == BulkLimits.Collections) throw new BulkDecodeException($"There are more than {BulkLimits.Collections:N0} reports in one body.", true);
        collections.Add((at, []));
    }

    /// <summary>The moment of the present report, where it is told inside of it.</summary>
    public void Date(DateTimeOffset at) => collections[^1] = (at, collections[^1].Entries);

    /// <summary>Adds a parameter to the present report.</summary>
    public void Add(string name, string value, string type, Func<string> place)
    {
        if (name.Length is 0 or > BulkLimits.Name || name.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0)
        {
            Skip(() => $"{place()}: the parameter has no name that can be kept.");
            return;
        }
        if (value.Length > BulkLimits.Value)
        {
            Skip(() => $"{place()}: the value of {name} is longer than {BulkLimits.Value:N0} characters.");
            return;
        }
        if (++count > BulkLimits.Entries) throw new BulkDecodeException($"There are more than {BulkLimits.Entries:N0} parameters in one body.", true);
        collections[^1].Entries.Add(new BulkEntry(name, value, type));
    }

    /// <summary>One row or parameter is lost.</summary>
    public void Skip(Func<string> problem)
    {
        bad++;
        if (problems.Count < BulkLimits.Problems) problems.Add(problem());
    }

    /// <summary>All of it.</summary>
    public BulkReportBody Finish() => new([.. collections.Select(c => new BulkCollection(c.At, c.Entries))], bad, problems);
}
