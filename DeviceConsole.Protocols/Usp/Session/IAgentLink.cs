namespace DeviceConsole.Protocols.Usp.Session;

/// <summary>The way to one agent: a WebSocket connection, or a topic of a broker.</summary>
internal interface IAgentLink
{
    /// <summary>Sends one record. Throws where the way is broken: <see cref="IOException"/> or <see cref="OperationCanceledException"/>.</summary>
    Task SendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken);

    /// <summary>The connect record that this side answers the agent's with; null where the transport asks for none.</summary>
    Wire.Records.UspRecordBody? Greeting { get; }
}
