namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>Why one part of a request failed.</summary>
public sealed record OperationFailure : IProtoMessage
{
    /// <summary>An error code from 7000 on.</summary>
    public uint Code { get; init; }

    /// <summary>The agent's words for it.</summary>
    public string Message { get; init; } = "";

    /// <summary>Of a <see cref="SetRequest"/> alone: the instances with the parameters that failed.</summary>
    public IReadOnlyList<UpdatedInstance> Instances { get; init; } = [];

    internal static OperationFailure Read(ProtoReader reader)
    {
        uint code = 0;
        var message = "";
        List<UpdatedInstance>? instances = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: code = reader.Number32(); break;
                case 2: message = reader.Text(); break;
                case 3: (instances ??= []).Add(UpdatedInstance.Read(reader.Message())); break;
                default: reader.Skip(); break;
            }
        }
        return new OperationFailure { Code = code, Message = message, Instances = (IReadOnlyList<UpdatedInstance>?)instances ?? [] };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Number32(1, Code);
        writer.Text(2, Message);
        writer.Messages(3, Instances);
    }
}
