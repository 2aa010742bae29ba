namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>Sees the messages of one caller's requests. Called on the client's threads, under its locks: it returns at once.</summary>
internal interface ISnmpWatch
{
    /// <summary>A request goes out; <paramref name="attempt"/> counts from 1.</summary>
    void Sent(in SnmpRequest request, int attempt);

    /// <summary>The answer came, or will not.</summary>
    void Ended(SnmpReply reply);

    /// <summary>Something about the device that a person should know, in a sentence.</summary>
    void Noted(string text);
}
