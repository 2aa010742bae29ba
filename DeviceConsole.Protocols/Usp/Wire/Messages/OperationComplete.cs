namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>A command has ended that went on after its answer. Exactly one of the last two is set.</summary>
public sealed record OperationComplete : Notification
{
    /// <summary>The object that has the command.</summary>
    public string ObjectPath { get; init; } = "";

    /// <summary>The command's name, with its brackets.</summary>
    public string CommandName { get; init; } = "";

    /// <summary>As in the <see cref="OperateRequest"/>.</summary>
    public string CommandKey { get; init; } = "";

    /// <summary>What it gave.</summary>
    public OutputArguments? Output { get; init; }

    /// <summary>Why it failed.</summary>
    public OperationFailure? Failure { get; init; }

    internal const int Number = 7;

    internal override int Field => Number;

    internal static OperationComplete Read(ProtoReader reader)
    {
        var objectPath = "";
        var commandName = "";
        var commandKey = "";
        OutputArguments? output = null;
        OperationFailure? failure = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: objectPath = reader.Text(); break;
                case 2: commandName = reader.Text(); break;
                case 3: commandKey = reader.Text(); break;
                case 4: output = OutputArguments.Read(reader.Message()); break;
                case 5: failure = OperationFailure.Read(reader.Message()); break;
                default: reader.Skip(); break;
            }
        }
        return new OperationComplete
        {
            ObjectPath = objectPath,
            CommandName = commandName,
            CommandKey = commandKey,
            Output = output,
            Failure = failure,
        };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Text(1, ObjectPath);
        writer.Text(2, CommandName);
        writer.Text(3, CommandKey);
        if (Output is not null) writer.Message(4, Output);
        if (Failure is not null) writer.Message(5, Failure);
    }
}
