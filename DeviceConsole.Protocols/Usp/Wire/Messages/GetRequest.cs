namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>A request for values.</summary>
public sealed record GetRequest : UspBody
{
    /// <summary>Paths of parameters and objects; search expressions and wildcards are allowed.</summary>
    public IReadOnlyList<string> ParamPaths { get; init; } = [];

    /// <summary>How many levels below an object are returned; 0 for all.</summary>
    public uint MaxDepth { get; init; }

    internal const int Number = 1;

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.Get;

    internal override int Field => Number;

    internal static GetRequest Read(ProtoReader reader)
    {
        List<string>? paramPaths = null;
        uint maxDepth = 0;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: (paramPaths ??= []).Add(reader.Text()); break;
                case 2: maxDepth = reader.Number32(); break;
                default: reader.Skip(); break;
            }
        }
        return new GetRequest { ParamPaths = (IReadOnlyList<string>?)paramPaths ?? [], MaxDepth = maxDepth };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Texts(1, ParamPaths);
        writer.Number32(2, MaxDepth);
    }
}
