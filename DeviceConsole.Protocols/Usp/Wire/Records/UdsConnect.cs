namespace DeviceConsole.Protocols.Usp.Wire.Records;

/// <summary>The first record on a Unix domain socket connection; it has no fields.</summary>
public sealed record UdsConnect : UspRecordBody
{
    internal const int Number = 13;

    internal override int Field => Number;

    internal static UdsConnect Read(ProtoReader reader)
    {
        while (reader.Next(out _)) reader.Skip();
        return new UdsConnect();
    }

    internal override void Write(ProtoWriter writer)
    {
    }
}
