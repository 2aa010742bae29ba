namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>The answer to a request that failed as a whole.</summary>
public sealed record UspError : UspBody
{
    /// <summary>An error code from 7000 on (TR-369 §"Error Codes").</summary>
    public uint Code { get; init; }

    /// <summary>The agent's words for it.</summary>
    public string Message { get; init; } = "";

    /// <summary>What failed in detail.</summary>
    public IReadOnlyList<PathError> Errors { get; init; } = [];

    internal const int Number = 3;

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.Error;

    internal override int Field => Number;

    internal static UspError Read(ProtoReader reader)
    {
        uint code = 0;
        var message = "";
        List<PathError>? errors = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: code = reader.Number32(); break;
                case 2: message = reader.Text(); break;
                case 3: (errors ??= []).Add(PathError.Read(reader.Message())); break;
                default: reader.Skip(); break;
            }
        }
        return new UspError { Code = code, Message = message, Errors = (IReadOnlyList<PathError>?)errors ?? [] };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Number32(1, Code);
        writer.Text(2, Message);
        writer.Messages(3, Errors);
    }
}
