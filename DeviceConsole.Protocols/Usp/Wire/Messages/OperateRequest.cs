namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>A request to run a command.</summary>
public sealed record OperateRequest : UspBody
{
    /// <summary>The command's path, with its brackets.</summary>
    public string Command { get; init; } = "";

    /// <summary>The requester's name for this run; the <see cref="OperationComplete"/> names it.</summary>
    public string CommandKey { get; init; } = "";

    /// <summary>True where an answer is wanted.</summary>
    public bool SendResponse { get; init; }

    /// <summary>What it takes.</summary>
    public IReadOnlyDictionary<string, string> InputArguments { get; init; } = NoValues.Map;

    internal const int Number = 7;

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.Operate;

    internal override int Field => Number;

    internal static OperateRequest Read(ProtoReader reader)
    {
        var command = "";
        var commandKey = "";
        var sendResponse = false;
        Dictionary<string, string>? inputArguments = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: command = reader.Text(); break;
                case 2: commandKey = reader.Text(); break;
                case 3: sendResponse = reader.Flag(); break;
                case 4: reader.Entry(ref inputArguments); break;
                default: reader.Skip(); break;
            }
        }
        return new OperateRequest
        {
            Command = command,
            CommandKey = commandKey,
            SendResponse = sendResponse,
            InputArguments = inputArguments ?? NoValues.Map,
        };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Text(1, Command);
        writer.Text(2, CommandKey);
        writer.Flag(3, SendResponse);
        writer.Map(4, InputArguments);
    }
}
