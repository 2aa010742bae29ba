using System.Net;
using System.Threading.Channels;
using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Simulator.Cwmp.BulkData;
using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Simulator.Cwmp;

/// <summary>
/// A CPE that lives: it calls its ACS after a start, periodically, when values change, when it is asked to and when a transfer is over, tries again
/// when that fails, reboots and comes back.
/// </summary>
public sealed class SimulatedCpe : IAsyncDisposable
{
    private static readonly string[] Forced =
    [
        "Device.RootDataModelVersion", "Device.DeviceInfo.HardwareVersion", "Device.DeviceInfo.SoftwareVersion", "Device.DeviceInfo.ProvisioningCode", "Device.DeviceInfo.ModelName",
        "Device.ManagementServer.ParameterKey", "Device.ManagementServer.ConnectionRequestURL", "Device.IP.Interface.1.IPv4Address.1.IPAddress",
    ];

    private const string JabberId = "Device.ManagementServer.ConnReqJabberID";
    private const string Aliases = "Device.ManagementServer.AliasBasedAddressing";
    // A device behind a gateway tells of it in every Inform, and of a change at once (TR-069 F.2.2, TR-181: forced active notification).
    private const string GatewayInfo = "Device.GatewayInfo.";
    private static readonly string[] GatewayPaths = [GatewayInfo + "ManufacturerOUI", GatewayInfo + "ProductClass", GatewayInfo + "SerialNumber"];

    private const string UdpAddress = "Device.ManagementServer.UDPConnectionRequestAddress";

    private readonly CpeOptions options;
    private readonly TimeProvider time;
    private readonly CpeMethods methods;
    private readonly CpeTransfers transfers;
    private readonly CpeNotifications notifications = new();
    private readonly List<CpeTask> tasks = [];
    private readonly List<EventStruct> events = [];
    private IReadOnlyList<EventStruct> telling = [];
    private readonly List<CwmpMessage> reports = [];
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly Task living;
    private readonly ITimer second;
    private int gone;
    private Task reporting = Task.CompletedTask;
    private bool inSession;
    private bool isBehind;
    private string rebootKey = "";

    private SimulatedCpe(CpeOptions options, TimeProvider time)
    {
        (this.options, this.time) = (options, time);
        Gateway = new HomeGateway(options.Gateway, time);
        methods = new CpeMethods(Gateway, notifications, options.Quirks, tasks);
        transfers = new CpeTransfers(Gateway, options.Quirks, time);
        if (options.ConnectionRequests is not null) ConnectionRequests = new ConnectionRequestServer(options, Asked) { Credentials = RequestCredentials };
        Provision();
        Lease();
        if (options.Stun is not null) Udp = new CpeUdp(options, Bound, () => Asked());
        if (options.XmppAuthorityFile is not null) Xmpp = new CpeXmpp(Gateway, options.XmppAuthorityFile, Asked);
        BulkData = new CpeBulkData(Gateway, time, options.Quirks.BulkSecond);
        Gateway.Changed += OnChanged;
        Gateway.Happened += OnHappened;
        events.AddRange([new EventStruct("0 BOOTSTRAP", ""), new EventStruct("1 BOOT", "")]);
        second = time.CreateTimer(_ => Second(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        living = LiveAsync();
    }

    /// <summary>What it reports by itself.</summary>
    public CpeBulkData BulkData { get; }

    /// <summary>Its software modules.</summary>
    public CpeModules Modules { get; } = new();

    /// <summary>The gateway behind it.</summary>
    public HomeGateway Gateway { get; }

    /// <summary>Where connection requests are answered; null where they are not.</summary>
    public ConnectionRequestServer? ConnectionRequests { get; }

    /// <summary>Where UDP connection requests are taken; null where they are not.</summary>
    public CpeUdp? Udp { get; }

    /// <summary>Its side of XMPP connection requests; null where it has none.</summary>
    public CpeXmpp? Xmpp { get; }

    /// <summary>How many sessions it completed.</summary>
    public int Sessions { get; private set; }

    /// <summary>How many sessions failed.</summary>
    public int Failures { get; private set; }

    /// <summary>The status of the ACS's last answer.</summary>
    public HttpStatusCode LastStatus { get; private set; }

    /// <summary>The requests that the ACS made in all sessions, in their order.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (gate) return [.. requests];
        }
    }

    /// <summary>How long it waited for the ACS's answers in all sessions together.</summary>
    public TimeSpan Waited
    {
        get
        {
            lock (gate) return waited;
        }
    }

    private readonly List<string> requests = [];
    private TimeSpan waited;

    /// <summary>Starts it.</summary>
    public static SimulatedCpe Start(CpeOptions options, TimeProvider? time = null) => new(options, time ?? TimeProvider.System);

    /// <summary>It asks its gateway for an address, tells who it is, and learns who the gateway is; nothing where it is behind none.</summary>
    public void Lease()
    {
        if (options.Lan is { } lan) Lease(lan);
    }

    /// <summary>The same in the LAN of another gateway.</summary>
    public void Lease(HomeGateway lan)
    {
        var g = options.Gateway;
        var gateway = DhcpIdentity.ReadGateway(lan.Lease(new DhcpIdentity(g.Oui, g.Serial, g.ProductClass).WriteDevice(), g.Mac, g.Model.ToLowerInvariant()));
        isBehind = true;
        Gateway.Place(gateway);
    }

    /// <summary>Has it call with this event, as soon as it can.</summary>
    public void Call(string eventCode, string commandKey = "")
    {
        lock (gate)
        {
            var item = new EventStruct(eventCode, commandKey);
            // What happens again while it is told is told once more.
            if (!events.Exists(e => e == item && !telling.Contains(e, ReferenceEqualityComparer.Instance))) events.Add(item);
        }
        wake.Writer.TryWrite(true);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref gone, 1) == 1) return;
        await stop.CancelAsync();
        await second.DisposeAsync();
        await living;
        await reporting;
        BulkData.Dispose();
        if (ConnectionRequests is not null) await ConnectionRequests.DisposeAsync();
        if (Udp is not null) await Udp.DisposeAsync();
        if (Xmpp is not null) await Xmpp.DisposeAsync();
        stop.Dispose();
    }

    private void Second()
    {
        Gateway.Tick();
        if (reporting.IsCompleted && gone == 0) reporting = ReportAsync();
    }

    private async Task ReportAsync()
    {
        try
        {
            await BulkData.TickAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            // It was switched off, or the collector did not answer.
        }
    }

    private void Provision()
    {
        Gateway.Provision("Device.ManagementServer.URL", options.Acs.ToString());
        Gateway.Provision("Device.ManagementServer.Username", options.UserName);
        Gateway.Provision("Device.ManagementServer.Password", options.Password);
        Gateway.Provision("Device.ManagementServer.ConnectionRequestUsername", options.RequestUserName);
        Gateway.Provision("Device.ManagementServer.ConnectionRequestPassword", options.RequestPassword);
        if (!options.Quirks.NoAliases) Gateway.Provision(Aliases, "true");
        if (ConnectionRequests is { } server) Gateway.Provision("Device.ManagementServer.ConnectionRequestURL", server.Url.ToString());
    }

    // What the ACS wrote counts from its next use on.
    private CpeOptions Present() => options with { UserName = Value("Username"), Password = Value("Password") };

    private (string User, string Password) RequestCredentials() => (Value("ConnectionRequestUsername"), Value("ConnectionRequestPassword"));

    private string Value(string name) => Gateway.Find("Device.ManagementServer." + name)?.Value ?? "";

    private async Task LiveAsync()
    {
        try
        {
            await Task.Delay(options.StartDelay, time, stop.Token);
            var pause = options.Retry;
            while (!stop.IsCancellationRequested)
            {
                if (!Gateway.IsUp || !HasWork())
                {
                    await PauseAsync(PeriodicPause());
                    continue;
                }
                var (end, wished) = await SessionAsync();
                pause = end == CpeSessionEnd.Failed ? pause + pause : options.Retry;
                if (pause > TimeSpan.FromMinutes(1)) pause = TimeSpan.FromMinutes(1);
                if (end == CpeSessionEnd.Failed) await Task.Delay(wished is { } w && w < pause ? w : pause, time, stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It was switched off.
        }
    }

    private bool HasWork()
    {
        lock (gate) return events.Count > 0;
    }

    private TimeSpan PeriodicPause()
    {
        if (!Gateway.IsUp) return TimeSpan.FromMilliseconds(100);
        var enabled = Gateway.Find("Device.ManagementServer.PeriodicInformEnable")?.Value == "true";
        return enabled && int.TryParse(Gateway.Find("Device.ManagementServer.PeriodicInformInterval")?.Value, out var seconds) ? TimeSpan.FromSeconds(Math.Min(seconds, 86_400)) : Timeout.InfiniteTimeSpan;
    }

    // Until something happens, or the periodic Inform is due.
    private async Task PauseAsync(TimeSpan pause)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        if (pause != Timeout.InfiniteTimeSpan) patience.CancelAfter(pause);
        try
        {
            await wake.Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            if (Gateway.IsUp && pause > TimeSpan.FromMilliseconds(100)) Call("2 PERIODIC");
        }
    }

    private async Task<(CpeSessionEnd End, TimeSpan? RetryAfter)> SessionAsync()
    {
        var (inform, told) = Inform();
        using var http = new CpeHttp(Present());
        var session = new CpeSession(http, methods, options.Quirks);
        var end = CpeSessionEnd.Failed;
        try
        {
            inSession = true;
            CwmpMessage[] due;
            lock (gate) due = [.. reports];
            end = await session.RunAsync(inform, due.Select(r => (r, (Action)(() => Told(r)))), stop.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The ACS is not there: tried again later.
        }
        finally
        {
            inSession = false;
            lock (gate)
            {
                requests.AddRange(session.Requests);
                waited += session.Waited;
            }
        }
        LastStatus = session.Status;
        Count(end, told);
        await WorkAsync();
        return (end, session.RetryAfter);
    }

    private void Count(CpeSessionEnd end, IReadOnlyList<EventStruct> told)
    {
        lock (gate)
        {
            if (end == CpeSessionEnd.Failed) Failures++;
            else events.RemoveAll(e => told.Contains(e, ReferenceEqualityComparer.Instance));
            telling = [];
            if (end == CpeSessionEnd.Complete) Sessions++;
        }
    }

    private void Told(CwmpMessage report)
    {
        lock (gate) reports.Remove(report);
    }

    private (Inform Inform, IReadOnlyList<EventStruct> Told) Inform()
    {
        lock (gate) telling = [.. events];
        var paths = Forced.Concat(options.Quirks.NoAliases ? [] : [Aliases]).Concat(notifications.Take()).Concat(Gateway.Find(UdpAddress)?.Reported.Length > 0 ? [UdpAddress] : []).Concat(Gateway.Find(JabberId)?.Reported.Length > 0 ? [JabberId] : []).Concat(isBehind ? GatewayPaths : []).Distinct();
        var values = paths.Select(Gateway.Find).OfType<GatewayParameter>().Select(p => new ParameterValueStruct(methods.Shown(p.Path, ""), p.Reported, p.Type)).ToList();
        lock (gate)
        {
            var g = options.Gateway;
            return (new Inform(new DeviceIdStruct(g.Manufacturer, g.Oui, g.ProductClass, g.Serial), [.. telling.Distinct()], 1, CwmpText.WriteTime(time.GetUtcNow()), Math.Min(Failures, 10), values), telling);
        }
    }

    // What the ACS asked for and what has to wait for the session's end.
    private async Task WorkAsync()
    {
        CpeTask[] due = [.. tasks];
        tasks.Clear();
        foreach (var task in due)
        {
            switch (task)
            {
                case CpeTask.Download { Request.Url: var url } when options.Quirks.Transfer is { } told:
                    told(url);
                    break;
                case CpeTask.Upload { Request.Url: var url } when options.Quirks.Transfer is { } told:
                    told(url);
                    break;
                case CpeTask.Reboot reboot:
                    rebootKey = reboot.CommandKey;
                    Gateway.Reboot("RemoteReboot");
                    break;
                case CpeTask.FactoryReset:
                    notifications.Clear();
                    Gateway.FactoryReset();
                    break;
                case CpeTask.Call call:
                    _ = LaterAsync(call.Request);
                    break;
                case CpeTask.Download download:
                    await DownloadAsync(download.Request);
                    break;
                case CpeTask.Scheduled scheduled:
                    _ = ScheduledAsync(scheduled);
                    break;
                case CpeTask.Modules modules:
                    await ChangeAsync(modules.Request);
                    break;
                case CpeTask.Upload upload:
                    Report(await transfers.UploadAsync(upload.Request, stop.Token), "M Upload");
                    break;
            }
        }
    }

    private async Task DownloadAsync(Download request, string eventCode = "M Download")
    {
        await Task.Delay(TimeSpan.FromSeconds(request.DelaySeconds), time, stop.Token);
        var (report, version) = await transfers.DownloadAsync(request, stop.Token);
        Report(report, eventCode);
        if (version is null) return;
        if (options.Quirks.StartsLater is { } pause) _ = StartLaterAsync(version, pause);
        else Gateway.ApplyFirmware(version);
    }

    // In its window the request is a Download.
    private async Task ScheduledAsync(CpeTask.Scheduled scheduled)
    {
        var request = scheduled.Request;
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, scheduled.Cancelled);
        await Task.Delay(options.Quirks.WindowMinute * (request.Windows[0].Start / 60.0), time, ends.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (ends.IsCancellationRequested || !methods.Begins(request.CommandKey)) return;
        await DownloadAsync(new Download(request.CommandKey, request.FileType, request.Url, "", "", request.FileSize, request.TargetFileName, 0, "", ""), "M ScheduleDownload");
    }

    private async Task ChangeAsync(ChangeDUState request)
    {
        var results = new List<DUStateChangeResult>();
        foreach (var operation in request.Operations)
            results.Add(Modules.Apply(operation, operation.Url.Length > 0 ? await transfers.FetchAsync(operation.Url, stop.Token) : null));
        if (options.Quirks.NoTransferComplete) return;
        lock (gate) reports.Add(new DUStateChangeComplete(results, request.CommandKey));
        Call("11 DU STATE CHANGE COMPLETE");
        Call("M ChangeDUState", request.CommandKey);
    }

    /// <summary>Has it report something by itself with its next Inform: AutonomousTransferComplete, AutonomousDUStateChangeComplete, RequestDownload.</summary>
    public void Tell(CwmpMessage report, string eventCode)
    {
        lock (gate) reports.Add(report);
        Call(eventCode);
    }

    private async Task StartLaterAsync(string version, TimeSpan pause)
    {
        await Task.Delay(pause, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stop.IsCancellationRequested) Gateway.ApplyFirmware(version);
    }

    private void Report(TransferComplete report, string eventCode)
    {
        if (options.Quirks.NoTransferComplete || options.Quirks.TransfersAtOnce) return;
        lock (gate) reports.Add(report);
        Call("7 TRANSFER COMPLETE");
        Call(eventCode, report.CommandKey);
    }

    private async Task LaterAsync(ScheduleInform request)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(request.DelaySeconds), time, stop.Token);
            Call("3 SCHEDULED");
            Call("M ScheduleInform", request.CommandKey);
        }
        catch (OperationCanceledException)
        {
            // It was switched off before.
        }
    }

    private void Bound(string address)
    {
        Gateway.Provision(UdpAddress, address);
        Call("4 VALUE CHANGE");
    }

    private int Asked()
    {
        if (!Gateway.IsUp) return 503;
        if (inSession) return 503;
        Call("6 CONNECTION REQUEST");
        return 200;
    }

    private void OnChanged(GatewayChange change)
    {
        isBehind |= change.Path.StartsWith(GatewayInfo, StringComparison.Ordinal);
        // Its XMPP address is told at once, whatever its attributes say (TR-181: forced active notification).
        if (change.Path == JabberId || change.Path.StartsWith(GatewayInfo, StringComparison.Ordinal) || (!methods.IsSetting && notifications.Note(change))) Call("4 VALUE CHANGE");
    }

    private void OnHappened(GatewayEvent happened)
    {
        switch (happened.Kind)
        {
            case GatewayEventKind.FactoryReset:
                Call("0 BOOTSTRAP");
                break;
            case GatewayEventKind.Booted:
                Call("1 BOOT");
                if (rebootKey.Length > 0) Call("M Reboot", rebootKey);
                rebootKey = "";
                break;
            case GatewayEventKind.DiagnosticComplete:
                Call("8 DIAGNOSTICS COMPLETE");
                break;
        }
    }
}
