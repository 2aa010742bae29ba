namespace DeviceConsole.Protocols.Usp.Wire.Records;

/// <summary>The last record of a connection.</summary>
/// <param name="Reason">Why, in the sender's words.</param>
/// <param name="ReasonCode">An error code from 7000 on, or 0.</param>
public sealed record Disconnect(string Reason, uint ReasonCode) : UspRecordBody
{
    internal const int Number = 12;

    internal override int Field => Number;

    internal static Disconnect Read(ProtoReader reader)
    {
        var reason = "";
        uint code = 0;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: reason = reader.Text(); break;
                case 2: code = reader.Number32(); break;
                default: reader.Skip(); break;
            }
        }
        return new Disconnect(reason, code);
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Text(1, Reason);
        writer.Number32(2, ReasonCode);
    }
}
