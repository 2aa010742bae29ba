using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Core.Jobs;

/// <summary>
/// What a device answered to one job, as its bytes lie in the database and the place of each value in them: a walk of 80,000 values takes a few megabytes,
/// and a value becomes an object when somebody looks at it.
/// </summary>
public sealed class StoredValues
{
    /// <summary>A job without values.</summary>
    public static readonly StoredValues None = new("[]"u8.ToArray());

    private readonly ConcurrentDictionary<string, Lazy<object>> derived = new(StringComparer.Ordinal);
    private readonly byte[] json;
    private readonly int[] starts;

    /// <summary>Of the text of <c>job_results.vals</c>.</summary>
    internal StoredValues(byte[] json)
    {
        this.json = json;
        var found = new List<int>(json.Length / 96);
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.StartObject) continue;
            found.Add((int)reader.TokenStartIndex);
            reader.Skip();
        }
        starts = [.. found];
    }

    /// <summary>How many there are.</summary>
    public int Count => starts.Length;

    /// <summary>Bytes that they take.</summary>
    public long Size => json.Length + (4L * starts.Length);

    /// <summary>One of them, in the order in which the device gave them.</summary>
    public ParameterValue this[int index] => Read(index);

    /// <summary>The path alone.</summary>
    public string Path(int index)
    {
        var reader = new Utf8JsonReader(json.AsSpan(starts[index]));
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isPath = reader.ValueTextEquals("p"u8);
            reader.Read();
            if (isPath) return reader.GetString()!;
        }
        throw new InvalidDataException("A stored value has no path.");
    }

    /// <summary>All of them.</summary>
    public IEnumerable<ParameterValue> All() => Enumerable.Range(0, Count).Select(Read);

    /// <summary>Something that is made of these values once and kept as long as they are: a table, a difference.</summary>
    public T Derive<T>(string key, Func<StoredValues, T> make) where T : class => (T)derived.GetOrAdd(key, _ => new Lazy<object>(() => make(this))).Value;

    /// <summary>Of values at hand.</summary>
    public static StoredValues Of(IReadOnlyList<ParameterValue> values) => new(Encoding.UTF8.GetBytes(JobValues.Write(values)));

    private ParameterValue Read(int index)
    {
        var reader = new Utf8JsonReader(json.AsSpan(starts[index]));
        string path = "", type = "";
        string? value = null, hex = null;
        bool? writable = null;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan[0];
            reader.Read();
            switch (name)
            {
                case (byte)'p': path = reader.GetString()!; break;
                case (byte)'v': value = reader.GetString(); break;
                case (byte)'t': type = reader.GetString()!; break;
                case (byte)'x': hex = reader.GetString(); break;
                case (byte)'w': writable = reader.GetBoolean(); break;
            }
        }
        return new ParameterValue(path, value, type) { RawHex = hex, Writable = writable };
    }
}
