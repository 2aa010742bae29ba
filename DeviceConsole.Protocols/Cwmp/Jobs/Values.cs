using System.Globalization;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>From the device's lists to values of the product.</summary>
internal static class Values
{
    /// <summary>What the product stores, in characters; TR-106 allows 256.</summary>
    public const int MaximumPath = 1024;

    /// <summary>Each path once, the last word counts; what has no path is left out.</summary>
    public static List<ParameterValue> From(IReadOnlyList<ParameterValueStruct> list)
    {
        var values = new List<ParameterValue>(list.Count);
        var places = new Dictionary<string, int>(list.Count, StringComparer.Ordinal);
        foreach (var item in list)
        {
            if (item.Name.Length is 0 or > MaximumPath || item.Name.EndsWith('.')) continue;
            var value = new ParameterValue(item.Name, item.Value ?? "", item.Type);
            if (places.TryAdd(item.Name, values.Count)) values.Add(value);
            else values[places[item.Name]] = value;
        }
        return values;
    }

    /// <summary>"1 value", "1,204 values".</summary>
    public static string Count(int count, string one = "value") =>
        count == 1 ? $"1 {one}" : string.Create(CultureInfo.InvariantCulture, $"{count:N0} {one}s");
}
