namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>A command of the agent's data model.</summary>
public sealed record SupportedCommand : IProtoMessage
{
    /// <summary>With its brackets.</summary>
    public string Name { get; init; } = "";

    /// <summary>Names of what it takes.</summary>
    public IReadOnlyList<string> InputArguments { get; init; } = [];

    /// <summary>Names of what it gives.</summary>
    public IReadOnlyList<string> OutputArguments { get; init; } = [];

    /// <summary>Whether it ends with its answer or later.</summary>
    public CommandKind Kind { get; init; }

    internal static SupportedCommand Read(ProtoReader reader)
    {
        var name = "";
        List<string>? inputArguments = null;
        List<string>? outputArguments = null;
        var kind = default(CommandKind);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: name = reader.Text(); break;
                case 2: (inputArguments ??= []).Add(reader.Text()); break;
                case 3: (outputArguments ??= []).Add(reader.Text()); break;
                case 4: kind = (CommandKind)reader.Enumeration(); break;
                default: reader.Skip(); break;
            }
        }
        return new SupportedCommand
        {
            Name = name,
            InputArguments = (IReadOnlyList<string>?)inputArguments ?? [],
            OutputArguments = (IReadOnlyList<string>?)outputArguments ?? [],
            Kind = kind,
        };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Text(1, Name);
        writer.Texts(2, InputArguments);
        writer.Texts(3, OutputArguments);
        writer.Enumeration(4, (int)Kind);
    }
}
