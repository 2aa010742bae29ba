namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>A USP service offers a part of the data model.</summary>
public sealed record RegisterRequest : UspBody
{
    /// <summary>True where some paths may fail.</summary>
    public bool AllowPartial { get; init; }

    /// <summary>The paths.</summary>
    public IReadOnlyList<RegistrationPath> Paths { get; init; } = [];

    internal const int Number = 10;

    /// <inheritdoc />
    public override UspMessageType Type => UspMessageType.Register;

    internal override int Field => Number;

    internal static RegisterRequest Read(ProtoReader reader)
    {
        var allowPartial = false;
        List<RegistrationPath>? paths = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: allowPartial = reader.Flag(); break;
                case 2: (paths ??= []).Add(RegistrationPath.Read(reader.Message())); break;
                default: reader.Skip(); break;
            }
        }
        return new RegisterRequest { AllowPartial = allowPartial, Paths = (IReadOnlyList<RegistrationPath>?)paths ?? [] };
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Flag(1, AllowPartial);
        writer.Messages(2, Paths);
    }
}
