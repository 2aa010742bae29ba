namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>The success of one path of a <see cref="DeleteRequest"/>.</summary>
public sealed record DeletedInstances : IProtoMessage
{
    /// <summary>What is gone.</summary>
    public IReadOnlyList<string> Affected { get; init; } = [];

    /// <summary>What could not be deleted.</summary>
    public IReadOnlyList<PathError> Unaffected { get; init; } = [];

    internal static DeletedInstances Read(ProtoReader reader)
    {
        List<string>? affected = null;
        List<PathError>? unaffected = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: (affected ??= []).Add(reader.Text()); break;
                case 2: (unaffected ??= []).Add(PathError.Read(reader.Message())); break;
                default: reader.Skip(); break;
            }
        }
        return new DeletedInstances { Affected = (IReadOnlyList<string>?)affected ?? [], Unaffected = (IReadOnlyList<PathError>?)unaffected ?? [] };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Texts(1, Affected);
        writer.Messages(2, Unaffected);
    }
}
