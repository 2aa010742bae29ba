namespace DeviceConsole.Protocols.Usp.Wire.Records;

/// <summary>The first record on a WebSocket connection; it has no fields.</summary>
public sealed record WebSocketConnect : UspRecordBody
{
    internal const int Number = 9;

    internal override int Field => Number;

    internal static WebSocketConnect Read(ProtoReader reader)
    {
        while (reader.Next(out _)) reader.Skip();
        return new WebSocketConnect();
    }

    internal override void Write(ProtoWriter writer)
    {
    }
}
