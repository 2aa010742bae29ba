namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>An instance came to be.</summary>
public sealed record ObjectCreation : Notification
{
    /// <summary>Its path.</summary>
    public string Path { get; init; } = "";

    /// <summary>What tells it apart.</summary>
    public IReadOnlyDictionary<string, string> UniqueKeys { get; init; } = NoValues.Map;

    internal const int Number = 5;

    internal override int Field => Number;

    internal static ObjectCreation Read(ProtoReader reader)
    {
        var path = "";
        Dictionary<string, string>? uniqueKeys = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: path = reader.Text(); break;
                case 2: reader.Entry(ref uniqueKeys); break;
                default: reader.Skip(); break;
            }
        }
        return new ObjectCreation { Path = path, UniqueKeys = uniqueKeys ?? NoValues.Map };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Text(1, Path);
        writer.Map(2, UniqueKeys);
    }
}
