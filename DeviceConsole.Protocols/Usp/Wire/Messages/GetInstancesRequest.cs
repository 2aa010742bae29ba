namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>A request for the instances of tables.</summary>
public sealed record GetInstancesRequest : UspBody
{
    /// <summary>Tables and objects.</summary>
    public IReadOnlyList<string> ObjectPaths { get; init; } = [];

    /// <summary>Without the tables below.</summary>
    public bool FirstLevelOnly { get; init; }

    internal const int Number = 3;

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.GetInstances;

    internal override int Field => Number;

    internal static GetInstancesRequest Read(ProtoReader reader)
    {
        List<string>? objectPaths = null;
        var firstLevelOnly = false;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: (objectPaths ??= []).Add(reader.Text()); break;
                case 2: firstLevelOnly = reader.Flag(); break;
                default: reader.Skip(); break;
            }
        }
        return new GetInstancesRequest { ObjectPaths = (IReadOnlyList<string>?)objectPaths ?? [], FirstLevelOnly = firstLevelOnly };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Texts(1, ObjectPaths);
        writer.Flag(2, FirstLevelOnly);
    }
}
