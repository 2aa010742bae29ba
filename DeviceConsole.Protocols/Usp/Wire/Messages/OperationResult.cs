namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>What one run of a command came to: exactly one of the last three is set.</summary>
public sealed record OperationResult : IProtoMessage
{
    /// <summary>The command that was run.</summary>
    public string Command { get; init; } = "";

    /// <summary>The request's object, where the command goes on after this answer; else empty.</summary>
    public string RequestPath { get; init; } = "";

    /// <summary>What it gave, where it has ended.</summary>
    public OutputArguments? Output { get; init; }

    /// <summary>Why it failed.</summary>
    public OperationFailure? Failure { get; init; }

    internal static OperationResult Read(ProtoReader reader)
    {
        var command = "";
        var requestPath = "";
        OutputArguments? output = null;
        OperationFailure? failure = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: command = reader.Text(); break;
                case 2: requestPath = reader.Text(); break;
                case 3: output = OutputArguments.Read(reader.Message()); break;
                case 4: failure = OperationFailure.Read(reader.Message()); break;
                default: reader.Skip(); break;
            }
        }
        return new OperationResult { Command = command, RequestPath = requestPath, Output = output, Failure = failure };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Text(1, Command);
        writer.Text(2, RequestPath);
        if (Output is not null) writer.Message(3, Output);
        if (Failure is not null) writer.Message(4, Failure);
    }
}
