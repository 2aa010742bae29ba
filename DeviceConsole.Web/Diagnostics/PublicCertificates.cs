using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using DeviceConsole.Core.Diagnostics;
using DeviceConsole.Web.Hosting;

namespace DeviceConsole.Web.Diagnostics;

/// <summary>
/// Looks once an hour at the certificates that the installation's public addresses show (whoever ends TLS there), for the metric of what is left of them.
/// An address that this node cannot reach is left out, and looked at again after a minute: the balancer may start later than its nodes.
/// </summary>
public sealed partial class PublicCertificates(HostSettings settings, CertificateGauges gauges, TimeProvider time, ILogger<PublicCertificates> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var addresses = new[] { new Uri(settings.PublicUrl), settings.DeviceAddress }.Where(a => a.Scheme == Uri.UriSchemeHttps).DistinctBy(a => a.Authority).ToList();
        if (addresses.Count == 0) return;
        while (true)
        {
            var all = true;
            foreach (var address in addresses) all &= await LookAsync(address, stoppingToken);
            await Task.Delay(all ? Interval : Again, time, stoppingToken);
        }
    }

    private async Task<bool> LookAsync(Uri address, CancellationToken stoppingToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        patience.CancelAfter(Patience);
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(address.IdnHost, address.Port, patience.Token);
            await using var tls = new SslStream(socket.GetStream());
            // Its time is what counts here, also where nobody vouches for it or it has expired already; nothing is sent over this connection.
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = address.IdnHost,
                RemoteCertificateValidationCallback = (_, shown, _, _) =>
                {
                    if (shown is System.Security.Cryptography.X509Certificates.X509Certificate2 certificate) gauges.Saw(address.Authority, certificate.NotAfter.ToUniversalTime());
                    return shown is not null;
                },
            };
            await tls.AuthenticateAsClientAsync(options, patience.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException || (e is OperationCanceledException && !stoppingToken.IsCancellationRequested))
        {
            LogUnreachable(address.Authority, e.Message);
            return false;
        }
    }

    [LoggerMessage(9501, LogLevel.Debug, "The certificate of {Address} cannot be looked at from here, so that no metric tells when it expires: {Reason}")]
    private partial void LogUnreachable(string address, string reason);
}
