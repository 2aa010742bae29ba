namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>Values for one object, of a <see cref="SetRequest"/> or an <see cref="AddRequest"/>.</summary>
public sealed record ObjectSettings : IProtoMessage
{
    /// <summary>The object to change (search expressions are allowed), or the table to add to.</summary>
    public string Path { get; init; } = "";

    /// <summary>The values.</summary>
    public IReadOnlyList<ParameterSetting> Parameters { get; init; } = [];

    internal static ObjectSettings Read(ProtoReader reader)
    {
        var path = "";
        List<ParameterSetting>? parameters = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: path = reader.Text(); break;
                case 2: (parameters ??= []).Add(ParameterSetting.Read(reader.Message())); break;
                default: reader.Skip(); break;
            }
        }
        return new ObjectSettings { Path = path, Parameters = (IReadOnlyList<ParameterSetting>?)parameters ?? [] };
    }

    void IProtoMessage.Write(ProtoWriter writer)
    {
        writer.Text(1, Path);
        writer.Messages(2, Parameters);
    }
}
