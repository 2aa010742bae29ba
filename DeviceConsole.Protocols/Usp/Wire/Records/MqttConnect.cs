namespace DeviceConsole.Protocols.Usp.Wire.Records;

/// <summary>The first record through a MQTT broker.</summary>
/// <param name="Version">The version of the transport: 0 is 3.1.1, 1 is 5.</param>
/// <param name="SubscribedTopic">The topic that the sender listens to.</param>
public sealed record MqttConnect(int Version, string SubscribedTopic) : UspRecordBody
{
    internal const int Number = 10;

    internal override int Field => Number;

    internal static MqttConnect Read(ProtoReader reader)
    {
        var version = 0;
        var topic = "";
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: version = reader.Enumeration(); break;
                case 2: topic = reader.Text(); break;
                default: reader.Skip(); break;
            }
        }
        return new MqttConnect(version, topic);
    }

    internal override void Write(ProtoWriter writer)
    {
        writer.Enumeration(1, Version);
        writer.Text(2, SubscribedTopic);
    }
}
