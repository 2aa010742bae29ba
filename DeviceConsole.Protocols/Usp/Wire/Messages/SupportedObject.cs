namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>An object of the agent's data model.</summary>
public sealed record SupportedObject : IProtoMessage
{
    /// <summary>With <c>{i}</c> for instances.</summary>
    public string Path { get; init; } = "";

    /// <summary>Whether instances can be added and deleted.</summary>
    public ObjectAccess Access { get; init; }

    /// <summary>True for a table.</summary>
    public bool IsMultiInstance { get; init; }

    /// <summary>Its commands.</summary>
    public IReadOnlyList<SupportedCommand> Commands { get; init; } = [];

    /// <summary>Its events.</summary>
    public IReadOnlyList<SupportedEvent> Events { get; init; } = [];

    /// <summary>Its parameters.</summary>
    public IReadOnlyList<SupportedParameter> Parameters { get; init; } = [];

    /// <summary>Instances that support something else.</summary>
    public IReadOnlyList<string> DivergentPaths { get; init; } = [];

    /// <summary>Sets of parameters that tell its instances apart.</summary>
    public IReadOnlyList<UniqueKeySet> UniqueKeySets { get; init; } = [];

    internal static SupportedObject Read(ProtoReader reader)
    {
        var path = "";
        var access = default(ObjectAccess);
        var isMultiInstance = false;
        List<SupportedCommand>? commands = null;
        List<SupportedEvent>? events = null;
        List<SupportedParameter>? parameters = null;
        List<string>? divergentPaths = null;
        List<UniqueKeySet>? uniqueKeySets = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: path = reader.Text(); break;
                case 2: access = (ObjectAccess)reader.Enumeration(); break;
                case 3: isMultiInstance = reader.Flag(); break;
                case 4: (commands ??= []).Add(SupportedCommand.Read(reader.Message())); break;
                case 5: (events ??= []).Add(SupportedEvent.Read(reader.Message())); break;
                case 6: (parameters ??= []).Add(SupportedParameter.Read(reader.Message())); break;
                case 7: (divergentPaths ??= []).Add(reader.Text()); break;
                case 8: (uniqueKeySets ??= []).Add(UniqueKeySet.Read(reader.Message())); break;
                default: reader.Skip(); break;
            }
        }
        return new SupportedObject
        {
            Path = path,
            Access = access,
            IsMultiInstance = isMultiInstance,
            Commands = (IReadOnlyList<SupportedCommand>?)commands ?? [],
            Events = (IReadOnlyList<SupportedEvent>?)events ?? [],
            Parameters = (IReadOnlyList<SupportedParameter>?)parameters ?? [],
            DivergentPaths = (IReadOnlyList<string>?)divergentPaths ?? [],
            UniqueKeySets = (IReadOnlyList<UniqueKeySet>?)uniqueKeySets ?? [],
        };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Text(1, Path);
        writer.Enumeration(2, (int)Access);
        writer.Flag(3, IsMultiInstance);
        writer.Messages(4, Commands);
        writer.Messages(5, Events);
        writer.Messages(6, Parameters);
        writer.Texts(7, DivergentPaths);
        writer.Messages(8, UniqueKeySets);
    }
}
