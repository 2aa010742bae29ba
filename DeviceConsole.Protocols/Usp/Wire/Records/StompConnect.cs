namespace DeviceConsole.Protocols.Usp.Wire.Records;

/// <summary>The first record through a STOMP broker.</summary>
/// <param name="Version">The version of the transport: 0 is 1.2.</param>
/// <param name="SubscribedDestination">The destination that the sender listens to.</param>
public sealed record StompConnect(int Version, string SubscribedDestination) : UspRecordBody
{
    internal const int Number = 11;

    internal override int Field => Number;

    internal static StompConnect Read(ProtoReader reader)
    {
        var version = 0;
        var destination = "";
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: version = reader.Enumeration(); break;
                case 2: destination = reader.Text(); break;
                default: reader.Skip(); break;
            }
        }
        return new StompConnect(version, destination);
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Enumeration(1, Version);
        writer.Text(2, SubscribedDestination);
    }
}
