using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http.Features;

namespace DeviceConsole.Web.Hosting.DevicePorts;

/// <summary>A finished handshake, as the request's features tell it: the scheme is https, and whose certificate the device showed.</summary>
internal sealed class TlsSession(SslStream stream) : ITlsConnectionFeature, IDuplexPipe
{
    /// <inheritdoc />
    public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true, useZeroByteReads: true));

    /// <inheritdoc />
    public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));

    /// <inheritdoc />
    public X509Certificate2? ClientCertificate { get; set; }

    /// <inheritdoc />
    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
}
