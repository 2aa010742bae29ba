namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>A request for what the agent's data model can hold.</summary>
public sealed record GetSupportedDmRequest : UspBody
{
    /// <summary>Objects, with <c>{i}</c> for instances.</summary>
    public IReadOnlyList<string> ObjectPaths { get; init; } = [];

    /// <summary>Without the objects below.</summary>
    public bool FirstLevelOnly { get; init; }

    /// <summary>With commands.</summary>
    public bool ReturnCommands { get; init; }

    /// <summary>With events.</summary>
    public bool ReturnEvents { get; init; }

    /// <summary>With parameters.</summary>
    public bool ReturnParams { get; init; }

    /// <summary>With the parameters that tell instances apart.</summary>
    public bool ReturnUniqueKeySets { get; init; }

    internal const int Number = 2;

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.GetSupportedDm;

    internal override int Field => Number;

    internal static GetSupportedDmRequest Read(ProtoReader reader)
    {
        List<string>? objectPaths = null;
        var firstLevelOnly = false;
        var returnCommands = false;
        var returnEvents = false;
        var returnParams = false;
        var returnUniqueKeySets = false;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: (objectPaths ??= []).Add(reader.Text()); break;
                case 2: firstLevelOnly = reader.Flag(); break;
                case 3: returnCommands = reader.Flag(); break;
                case 4: returnEvents = reader.Flag(); break;
                case 5: returnParams = reader.Flag(); break;
                case 6: returnUniqueKeySets = reader.Flag(); break;
                default: reader.Skip(); break;
            }
        }
        return new GetSupportedDmRequest
        {
            ObjectPaths = (IReadOnlyList<string>?)objectPaths ?? [],
            FirstLevelOnly = firstLevelOnly,
            ReturnCommands = returnCommands,
            ReturnEvents = returnEvents,
            ReturnParams = returnParams,
            ReturnUniqueKeySets = returnUniqueKeySets,
        };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Texts(1, ObjectPaths);
        writer.Flag(2, FirstLevelOnly);
        writer.Flag(3, ReturnCommands);
        writer.Flag(4, ReturnEvents);
        writer.Flag(5, ReturnParams);
        writer.Flag(6, ReturnUniqueKeySets);
    }
}
