namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>The success of one object of a <see cref="SetRequest"/>.</summary>
public sealed record UpdatedInstances : IProtoMessage
{
    /// <summary>One for each instance.</summary>
    public IReadOnlyList<UpdatedInstance> Instances { get; init; } = [];

    internal static UpdatedInstances Read(ProtoReader reader)
    {
        List<UpdatedInstance>? instances = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: (instances ??= []).Add(UpdatedInstance.Read(reader.Message())); break;
                default: reader.Skip(); break;
            }
        }
        return new UpdatedInstances { Instances = (IReadOnlyList<UpdatedInstance>?)instances ?? [] };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Messages(1, Instances);
    }
}
