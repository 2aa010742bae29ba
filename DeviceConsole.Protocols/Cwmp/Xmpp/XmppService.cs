using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Xmpp.Wire;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DeviceConsole.Protocols.Cwmp.Xmpp;

/// <summary>
/// Asks devices to call in over XMPP (TR-069 Annex K): this console is a client of the server that the devices are clients of too. Connects again, ever more
/// slowly, when the server was gone. Does nothing where none is configured.
/// </summary>
internal sealed partial class XmppService(IOptions<XmppOptions> options, TimeProvider time, ILogger<XmppService> logger, IPlatformSecrets? secrets = null, ILeftAccounts? left = null) : BackgroundService, IProtocolHealth
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1), LastPause = TimeSpan.FromSeconds(60), LoginPatience = TimeSpan.FromSeconds(20);

    private const int MostAtOnce = 20;

    private readonly XmppOptions options = options.Value;
    private volatile XmppConnection? connection;
    private volatile string trouble = "It was not connected yet.";
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string password = "";

    /// <summary>The password of this console's account, where it is stored and not configured.</summary>
    public static PlatformSecret Secret { get; } = new("xmpp-password", "XMPP password", "Of this console's account at the XMPP server, over which devices are asked to call in.", "Cwmp__Xmpp__Password");

    /// <inheritdoc />
    public string Name => "xmpp";

    /// <inheritdoc />
    public bool IsUsed => options.Jid.Length > 0;

    /// <inheritdoc />
    public string? Problem => connection is null ? trouble : null;

    /// <summary>Under which address devices are asked; null where there is none.</summary>
    public Jid? Jid => connection?.Jid ?? Wire.Jid.Parse(options.Jid);

    /// <summary>Where devices find the server.</summary>
    public string Host => options.Host.Length > 0 ? options.Host : Jid?.Domain ?? "";

    /// <summary>The server's port for devices.</summary>
    public int Port => options.Port;

    /// <summary>True where devices are to use TLS, as this console does.</summary>
    public bool UsesTls => options.Tls;

    /// <summary>
    /// Makes an account at the server, or gives the one that is there another password, by service administration (XEP-0133). Null where it is done.
    /// </summary>
    public async Task<AccountProblem?> PutAccountAsync(Jid account, string password, CancellationToken cancellationToken)
    {
        if (connection is not { } connected) return new AccountProblem(false, trouble);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.AnswerTimeout);
        try
        {
            var added = await XmppAccounts.CommandAsync(connected, AdHocCommand.AddUser, [("accountjid", account.Bare), ("password", password), ("password-verify", password)], patience.Token).ConfigureAwait(false);
            if (AdHocCommand.IsDone(added)) return null;
            // It may be there already; the servers' words for that differ.
            var changed = await XmppAccounts.CommandAsync(connected, AdHocCommand.ChangePassword, [("accountjid", account.Bare), ("password", password)], patience.Token).ConfigureAwait(false);
            return AdHocCommand.IsDone(changed) ? null : new AccountProblem(added["type"] == "error" && changed["type"] == "error", AdHocCommand.Words(added));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new AccountProblem(false, $"The XMPP server did not answer within {options.AnswerTimeout.TotalSeconds:0} s.");
        }
        catch (IOException)
        {
            return new AccountProblem(false, "The connection to the XMPP server broke meanwhile.");
        }
    }

    /// <summary>Sends a connection request. The sentence is null where the device took it.</summary>
    public async Task<string?> AskAsync(string address, string user, string password, CancellationToken cancellationToken)
    {
        if (Wire.Jid.Parse(address) is not { Resource.Length: > 0 } device) return "The device's XMPP address for connection requests cannot be read, or has no resource (ManagementServer.ConnReqJabberID).";
        if (connection is not { } connected) return $"No XMPP connection request was sent. {trouble}";
        // The request carries the device's password: to another domain anybody may have sent the address.
        if (device.Domain != connected.Jid.Domain) return $"No XMPP connection request was sent: the device's address is at {device.Domain}, and this console's at {connected.Jid.Domain}.";
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.AnswerTimeout);
        try
        {
            return Judge(await connected.GetAsync(device.ToString(), new ConnectionRequestPayload(user, password).Write(), patience.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"The device did not answer the XMPP connection request within {options.AnswerTimeout.TotalSeconds:0} s.";
        }
        catch (IOException)
        {
            return "The connection to the XMPP server broke while the device was asked.";
        }
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (connection is { } open) await open.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!IsUsed) return;
        if (Wire.Jid.Parse(options.Jid) is not { } jid)
        {
            trouble = "Cwmp__Xmpp__Jid is no XMPP address: write it as acs@xmpp.example.net.";
            LogTrouble(trouble);
            return;
        }
        if (secrets is not null) secrets.Changed += OnChanged;
        var pause = FirstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            var news = Volatile.Read(ref changed).Task;
            try
            {
                await using var open = await ConnectAsync(jid, stoppingToken).ConfigureAwait(false);
                (connection, pause) = (open, FirstPause);
                LogConnected(open.Jid.ToString(), open.IsSecure);
                if (await StayAsync(open, news, stoppingToken).ConfigureAwait(false)) continue;
                trouble = "The XMPP server ended the connection; this console connects again.";
            }
            catch (Exception e) when (e is XmppException or IOException or XmppDecodeException)
            {
                trouble = e.Message;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            finally
            {
                connection = null;
            }
            LogTrouble(trouble);
            // Not all nodes at once when the server is back.
            using var resting = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny(Task.Delay(pause + pause * Random.Shared.NextDouble(), time, resting.Token), news).ConfigureAwait(false);
            await resting.CancelAsync().ConfigureAwait(false);
            pause = pause * 2 < LastPause ? pause * 2 : LastPause;
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        if (secrets is not null) secrets.Changed -= OnChanged;
        base.Dispose();
    }

    private void OnChanged() => Interlocked.Exchange(ref changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    // The stored one before the configured one.
    private async Task<string> PasswordAsync(CancellationToken cancellationToken) =>
        (secrets is null ? null : await secrets.ReadAsync(Secret.Id, cancellationToken).ConfigureAwait(false)) ?? options.Password;

    private async Task<XmppConnection> ConnectAsync(Jid jid, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LoginPatience);
        try
        {
            password = await PasswordAsync(patience.Token).ConfigureAwait(false);
            if (password.Length == 0) throw new XmppException($"This console has no password for its account {jid.Bare} at the XMPP server: a platform administrator enters it under Listeners and certificates, Secrets; or set Cwmp__Xmpp__Password.");
            var login = new XmppLogin(Host, options.Port, jid, password) { Tls = options.Tls, Authorities = Authorities() };
            // Nobody asks this client for anything.
            return await XmppConnection.OpenAsync(login, static _ => null, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new XmppException($"The XMPP server {Host}:{options.Port} did not finish the log-in within {LoginPatience.TotalSeconds:0} s.");
        }
    }

    private X509Certificate2Collection? Authorities()
    {
        if (options.AuthorityFile.Length == 0) return null;
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(options.AuthorityFile);
            return authorities.Count > 0 ? authorities : throw new XmppException("The file of Cwmp__Xmpp__AuthorityFile holds no certificate.");
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new XmppException("The file of Cwmp__Xmpp__AuthorityFile cannot be read, or holds no certificates in PEM.", e);
        }
    }

    // A server that is gone without a word is noticed by a ping that nobody answers; one that does not know pings answers with an error. True where the
    // password is another one now, false where the server ended the connection.
    private async Task<bool> StayAsync(XmppConnection open, Task news, CancellationToken cancellationToken)
    {
        while (true)
        {
            await TakeAwayAsync(open, cancellationToken).ConfigureAwait(false);
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var pause = Task.Delay(options.PingInterval, time, waiting.Token);
            var first = await Task.WhenAny(open.Ended, pause, news).ConfigureAwait(false);
            if (first == open.Ended)
            {
                await waiting.CancelAsync().ConfigureAwait(false);
                await open.Ended.ConfigureAwait(false);
                return false;
            }
            if (first == news)
            {
                await waiting.CancelAsync().ConfigureAwait(false);
                news = Volatile.Read(ref changed).Task;
                if (await PasswordAsync(cancellationToken).ConfigureAwait(false) != password) return true;
                continue;
            }
            await pause.ConfigureAwait(false);
            waiting.CancelAfter(options.AnswerTimeout);
            try
            {
                await open.GetAsync(null, XmppWriter.Ping, waiting.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new IOException("The XMPP server does not answer any more; this console connects again.");
            }
        }
    }

    // Accounts of devices that were deleted. Only those that this console makes, whatever somebody entered.
    private async Task TakeAwayAsync(XmppConnection open, CancellationToken cancellationToken)
    {
        if (left is null) return;
        foreach (var account in await left.ClaimAsync(CwmpModuleDescriptor.Id, MostAtOnce, cancellationToken).ConfigureAwait(false))
        {
            var made = XmppAccounts.Of(account.Device, open.Jid.Domain);
            if (account.Account == made.Bare)
            {
                var problem = await XmppAccounts.DeleteAsync(open, made, options.AnswerTimeout, cancellationToken).ConfigureAwait(false);
                // Asked again in a minute.
                if (problem is { IsForbidden: false }) continue;
                LogTakenAway(made.Bare, problem?.Reason ?? "done");
            }
            await left.DoneAsync(account.Id, cancellationToken).ConfigureAwait(false);
        }
    }

    // TR-069 K.2.3.1: not-authorized for wrong credentials, service-unavailable for a busy device; the server says the latter of one that is not there.
    private static string? Judge(XmppElement answer)
    {
        if (answer["type"] == "result") return null;
        var condition = answer.Child("error", XmppNames.Client)?.Children.FirstOrDefault(c => c.Namespace == XmppNames.Stanzas)?.Name ?? "without a reason";
        return condition switch
        {
            "not-authorized" or "forbidden" => "The device does not accept the connection request username and password that it was sent over XMPP. Correct them here or on the device.",
            "not-allowed" => "The device does not take XMPP connection requests from this console: add its address to the device's ManagementServer.ConnReqAllowedJabberIDs.",
            "service-unavailable" or "recipient-unavailable" or "item-not-found" => "The device is not connected to the XMPP server now, or is busy.",
            "remote-server-not-found" or "remote-server-timeout" => "The XMPP server of the device's address cannot be reached from this console's.",
            _ => $"The XMPP connection request was refused ({condition}).",
        };
    }

    [LoggerMessage(9400, LogLevel.Information, "Connected to the XMPP server as {Jid}; TLS: {Secure}.")]
    private partial void LogConnected(string jid, bool secure);

    [LoggerMessage(9402, LogLevel.Information, "The account {Account} of a device that was deleted was taken away from the XMPP server: {Outcome}.")]
    private partial void LogTakenAway(string account, string outcome);

    [LoggerMessage(9401, LogLevel.Warning, "XMPP connection requests cannot be sent now. {Reason}")]
    private partial void LogTrouble(string reason);
}
