using DeviceConsole.Protocols.Usp.Wire.Records;

namespace DeviceConsole.Simulator.Usp;

/// <summary>The way from an agent to its controller.</summary>
public interface IUspTransport
{
    /// <summary>Connects; throws <see cref="IOException"/> where that fails.</summary>
    Task<IUspConnection> ConnectAsync(string endpointId, CancellationToken cancellationToken);
}

/// <summary>A connection to a controller.</summary>
public interface IUspConnection : IAsyncDisposable
{
    /// <summary>The record that the agent begins with.</summary>
    UspRecordBody Greeting { get; }

    /// <summary>Sends one record; throws <see cref="IOException"/> where the connection is gone.</summary>
    Task SendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken);

    /// <summary>Says that nothing more comes; <see cref="ReceiveAsync"/> ends when the other side has seen it.</summary>
    Task CloseAsync(CancellationToken cancellationToken);

    /// <summary>The next record; null where the connection has ended.</summary>
    Task<byte[]?> ReceiveAsync(CancellationToken cancellationToken);
}
