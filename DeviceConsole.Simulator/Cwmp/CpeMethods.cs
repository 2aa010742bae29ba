using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Simulator.Cwmp;

/// <summary>What is left to do when the session is over.</summary>
public abstract record CpeTask
{
    /// <summary>Reboot.</summary>
    public sealed record Reboot(string CommandKey) : CpeTask;

    /// <summary>Back to factory settings.</summary>
    public sealed record FactoryReset : CpeTask;

    /// <summary>Fetch a file.</summary>
    public sealed record Download(Protocols.Cwmp.Wire.Messages.Download Request) : CpeTask;

    /// <summary>Send a file.</summary>
    public sealed record Upload(Protocols.Cwmp.Wire.Messages.Upload Request) : CpeTask;

    /// <summary>Fetch a file in its window.</summary>
    public sealed record Scheduled(ScheduleDownload Request, CancellationToken Cancelled) : CpeTask;

    /// <summary>Install, update and remove software modules.</summary>
    public sealed record Modules(ChangeDUState Request) : CpeTask;

    /// <summary>Call again later.</summary>
    public sealed record Call(ScheduleInform Request) : CpeTask;
}

/// <summary>The methods of the CPE over the gateway's tree (TR-069 Annex A). Answers and faults are messages; what takes time is put into tasks.</summary>
public sealed class CpeMethods(HomeGateway gateway, CpeNotifications notifications, CpeQuirks quirks, List<CpeTask> tasks)
{
    private static readonly string[] Names =
    [
        "GetRPCMethods", "SetParameterValues", "GetParameterValues", "GetParameterNames", "SetParameterAttributes", "GetParameterAttributes",
        "AddObject", "DeleteObject", "Reboot", "Download", "Upload", "FactoryReset", "ScheduleInform", "ScheduleDownload", "CancelTransfer", "GetQueuedTransfers",
        "GetAllQueuedTransfers", "ChangeDUState", "GetOptions", "SetVouchers", "X_00D09E_Locate",
    ];

    private const string Server = "Device.ManagementServer.";

    private readonly CpeQueue queue = new();
    private readonly List<OptionStruct> options = [new("Parental control", "4711", 3, 2, CwmpText.UnknownTime, CwmpText.UnknownTime, false)];

    /// <summary>True while the ACS itself changes values: it is not told of them.</summary>
    public bool IsSetting { get; private set; }

    /// <summary>Carries a request out.</summary>
    public CwmpMessage Answer(CwmpMessage request) => request switch
    {
        GetRPCMethods => new GetRPCMethodsResponse(Names),
        GetParameterNames names => List(names),
        GetParameterValues values => Read(values.Names),
        SetParameterValues values => Changing(() => Write(values)),
        GetParameterAttributes names => Attributes(names.Names),
        SetParameterAttributes changes => Attributes(changes),
        AddObject add => Changing(() => Add(add)),
        DeleteObject delete => Changing(() => Delete(delete)),
        Reboot reboot => Later(new CpeTask.Reboot(reboot.CommandKey), new RebootResponse()),
        FactoryReset => Later(new CpeTask.FactoryReset(), new FactoryResetResponse()),
        ScheduleInform schedule => Later(new CpeTask.Call(schedule), new ScheduleInformResponse()),
        Download download => Later(new CpeTask.Download(download), new DownloadResponse(quirks.TransfersAtOnce ? 0 : 1, CwmpText.UnknownTime, CwmpText.UnknownTime)),
        Upload upload => Later(new CpeTask.Upload(upload), new UploadResponse(quirks.TransfersAtOnce ? 0 : 1, CwmpText.UnknownTime, CwmpText.UnknownTime)),
        ScheduleDownload { Windows.Count: 0 or > 2 } => Fault(9003, "Invalid arguments"),
        ScheduleDownload schedule => Later(new CpeTask.Scheduled(schedule, queue.Add(schedule)), new ScheduleDownloadResponse()),
        CancelTransfer cancel => queue.Cancel(cancel),
        GetQueuedTransfers => queue.Old(),
        GetAllQueuedTransfers when quirks.OldQueueOnly => Fault(9000, "Method not supported"),
        GetAllQueuedTransfers => queue.All(),
        ChangeDUState change => Later(new CpeTask.Modules(change), new ChangeDUStateResponse()),
        GetOptions { OptionName: var name } => new GetOptionsResponse([.. options.Where(o => name.Length == 0 || o.OptionName == name)]),
        SetVouchers vouchers => Redeem(vouchers),
        VendorMessage { Method: "X_00D09E_Locate" } locate => new VendorMessage("X_00D09E_LocateResponse", [("Blinking", locate.Arguments.FirstOrDefault(a => a.Name == "Seconds").Text ?? "10")]),
        _ => Fault(9000, "Method not supported"),
    };

    /// <summary>A scheduled transfer's window has come; false where it was cancelled.</summary>
    public bool Begins(string commandKey) => queue.Take(commandKey);

    private SetVouchersResponse Redeem(SetVouchers vouchers)
    {
        foreach (var voucher in vouchers.Vouchers)
            options.Add(new OptionStruct(System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(voucher)), "4712", 1, 2, CwmpText.UnknownTime, CwmpText.UnknownTime, true));
        return new SetVouchersResponse();
    }

    private static CwmpFault Fault(int code, string text) => new(code, text, []);

    private static int Code(GatewayFaultKind kind) => kind switch
    {
        GatewayFaultKind.UnknownPath => 9005,
        GatewayFaultKind.ReadOnly => 9008,
        GatewayFaultKind.WrongType => 9006,
        GatewayFaultKind.WrongValue => 9007,
        _ => 9004,
    };

    private CwmpMessage List(GetParameterNames request)
    {
        if (quirks.NamesNothing) return new GetParameterNamesResponse([]);
        if (quirks.OneLevelOnly && request.ParameterPath.Length == 0) return Fault(9005, "Invalid parameter name");
        if (quirks.OneLevelOnly && !request.NextLevel) return Fault(9004, "Resources exceeded");
        var nodes = gateway.List(request.ParameterPath.EndsWith('.') ? gateway.PathOf(request.ParameterPath) ?? request.ParameterPath : request.ParameterPath, request.NextLevel);
        if (nodes.Count == 0 && !gateway.Exists(request.ParameterPath)) return Fault(9005, "Invalid parameter name");
        return new GetParameterNamesResponse([.. nodes.Select(n => new ParameterInfoStruct(Shown(n.Path, request.ParameterPath), n.Writable))]);
    }

    private CwmpMessage Read(IReadOnlyList<string> names)
    {
        if (names.Count > quirks.MaximumNames) return Fault(quirks.TooManyNames, "Too many names");
        var values = new List<ParameterValueStruct>();
        foreach (var name in names)
        {
            var found = gateway.Read(name);
            if (found.Count == 0 && !quirks.OmitsUnknown && !(name.EndsWith('.') && gateway.Exists(name))) return Fault(9005, "Invalid parameter name");
            values.AddRange(found.Select(p => new ParameterValueStruct(Shown(p.Path, name), p.Reported, p.Type)));
        }
        return new GetParameterValuesResponse(values);
    }

    private CwmpMessage Write(SetParameterValues request)
    {
        if (quirks.DigitsOnly && request.Parameters.FirstOrDefault(p => p is { Type: "boolean", Value: not ("0" or "1") }) is { } word) return Refused(word.Name, 9007, "0 or 1");
        var creates = gateway.Find(Server + "AutoCreateInstances")?.Value == "true";
        foreach (var value in request.Parameters.Where(_ => creates)) AddMissing(value.Name);
        foreach (var value in request.Parameters)
            if (gateway.Find(value.Name) is { } known && known.Type != value.Type) return Refused(value.Name, 9006, $"The type is {known.Type}");
        if (gateway.Set([.. request.Parameters.Select(p => (p.Name, p.Value ?? ""))]) is { } fault) return Refused(fault.Path, Code(fault.Kind), fault.Text);
        gateway.Provision("Device.ManagementServer.ParameterKey", request.ParameterKey);
        return new SetParameterValuesResponse(0);
    }

    private static CwmpFault Refused(string path, int code, string text) => new(9003, "Invalid arguments", [new ParameterFault(path, code, text)]);

    private CwmpMessage Add(AddObject request)
    {
        var (table, alias) = SplitAlias(request.ObjectName);
        if (alias is not null && gateway.Exists(request.ObjectName)) return Fault(9003, "There is an instance of that alias");
        var (instance, fault) = gateway.Add(table);
        if (fault is null && alias is not null) fault = gateway.Set([(FormattableString.Invariant($"{table}{instance}.Alias"), alias)]);
        return fault is null ? new AddObjectResponse(instance, 0) : Fault(Code(fault.Kind), fault.Text);
    }

    // Device.A.[new]. is the table Device.A. with the alias of the instance to make (A.3.2.6).
    private static (string Table, string? Alias) SplitAlias(string path)
    {
        var dot = path.TrimEnd('.').LastIndexOf('.') + 1;
        return path.EndsWith("].", StringComparison.Ordinal) && path[dot] == '[' ? (path[..dot], path[(dot + 1)..^2]) : (path, null);
    }

    // A.3.2.1: instances that are named by an alias and are not there are made.
    private void AddMissing(string path)
    {
        for (var end = path.IndexOf("].", StringComparison.Ordinal); end > 0; end = path.IndexOf("].", end + 1, StringComparison.Ordinal))
            if (path[..(end + 2)] is var instance && !gateway.Exists(instance)) Add(new AddObject(instance, ""));
    }

    /// <summary>A path as it is answered: instances as the request named them, the others by their numbers or, in the mode InstanceAlias, by their aliases.</summary>
    public string Shown(string path, string asked)
    {
        var byAlias = gateway.Find(Server + "InstanceMode")?.Value == "InstanceAlias";
        if (!byAlias && !asked.Contains('[', StringComparison.Ordinal)) return path;
        var (parts, named) = (path.Split('.'), asked.TrimEnd('.').Split('.'));
        var holder = "";
        for (var i = 0; i < parts.Length; i++)
        {
            var here = holder + parts[i] + ".";
            if (i < named.Length && named[i].StartsWith('[')) parts[i] = named[i];
            else if (byAlias && i >= named.Length && parts[i].Length > 0 && char.IsAsciiDigit(parts[i][0]) && gateway.Find(here + "Alias")?.Value is { Length: > 0 } alias) parts[i] = $"[{alias}]";
            holder = here;
        }
        return string.Join('.', parts);
    }

    private CwmpMessage Delete(DeleteObject request) =>
        gateway.Delete(request.ObjectName) is { } fault ? Fault(Code(fault.Kind), fault.Text) : new DeleteObjectResponse(0);

    private CwmpMessage Attributes(IReadOnlyList<string> names)
    {
        return names.Any(n => !gateway.Exists(n)) ? Fault(9005, "Invalid parameter name")
            : new GetParameterAttributesResponse([.. names.SelectMany(n => gateway.Read(n).Select(p => notifications.Of(p.Path) with { Name = Shown(p.Path, n) }))]);
    }

    private CwmpMessage Attributes(SetParameterAttributes request)
    {
        if (request.Attributes.Any(a => !gateway.Exists(a.Name))) return Fault(9005, "Invalid parameter name");
        notifications.Set(request.Attributes.Select(a => a with { Name = gateway.Find(a.Name)?.Path ?? gateway.PathOf(a.Name) ?? a.Name }));
        return new SetParameterAttributesResponse();
    }

    private CwmpMessage Later(CpeTask task, CwmpMessage answer)
    {
        tasks.Add(task);
        return answer;
    }

    private CwmpMessage Changing(Func<CwmpMessage> change)
    {
        IsSetting = true;
        try
        {
            return change();
        }
        finally
        {
            IsSetting = false;
        }
    }
}
