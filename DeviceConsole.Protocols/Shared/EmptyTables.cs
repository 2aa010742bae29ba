using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Protocols.Shared;

/// <summary>
/// Tables without rows, for protocols that answer with parameters alone: TR-106 §"Parameters" has a <c>…NumberOfEntries</c> beside
/// each table, so one that is 0 names a table that would not be seen otherwise.
/// </summary>
internal static class EmptyTables
{
    private const string Suffix = "NumberOfEntries";

    /// <summary>The objects of the tables whose number of entries is 0 among these values.</summary>
    public static IEnumerable<ParameterValue> In(IEnumerable<ParameterValue> values) =>
        from value in values
        where value.Value == "0" && value.Path.EndsWith(Suffix, StringComparison.Ordinal) && !value.Path.EndsWith('.' + Suffix, StringComparison.Ordinal)
        select new ParameterValue(value.Path[..^Suffix.Length] + ".", null, "object");
}
