namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>A request to delete instances.</summary>
public sealed record DeleteRequest : UspBody
{
    /// <summary>True where what can be deleted is deleted although something else cannot.</summary>
    public bool AllowPartial { get; init; }

    /// <summary>The instances; search expressions are allowed.</summary>
    public IReadOnlyList<string> ObjectPaths { get; init; } = [];

    internal const int Number = 6;

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.Delete;

    internal override int Field => Number;

    internal static DeleteRequest Read(ProtoReader reader)
    {
        var allowPartial = false;
        List<string>? objectPaths = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: allowPartial = reader.Flag(); break;
                case 2: (objectPaths ??= []).Add(reader.Text()); break;
                default: reader.Skip(); break;
            }
        }
        return new DeleteRequest { AllowPartial = allowPartial, ObjectPaths = (IReadOnlyList<string>?)objectPaths ?? [] };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Flag(1, AllowPartial);
        writer.Texts(2, ObjectPaths);
    }
}
