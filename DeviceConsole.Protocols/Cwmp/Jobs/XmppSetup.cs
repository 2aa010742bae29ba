using System.Globalization;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Session;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Cwmp.Xmpp;
using DeviceConsole.Protocols.Cwmp.Xmpp.Wire;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>Makes the device a client of the XMPP server: its account there, Device.XMPP.Connection.{i}, and ManagementServer's parameters (TR-069 K.2.1).</summary>
internal sealed class XmppSetup
{
    private const string Table = "Device.XMPP.Connection.", Server = "Device.ManagementServer.";
    private const string Resource = "cwmp";
    private const int FieldPort = 5222;

    private readonly JobContext context;
    private readonly XmppService xmpp;
    private readonly Jid acs, device;

    private XmppSetup(JobContext context, XmppService xmpp, Jid acs, Guid id) =>
        (this.context, this.xmpp, this.acs, device) = (context, xmpp, acs, XmppAccounts.Of(id, acs.Domain, Resource));

    /// <summary>Does it; the device's address, and what it tells of its connection.</summary>
    public static async Task<(ProtocolFault? Fault, string Jid, IReadOnlyList<ParameterValue> Values)> RunAsync(JobContext context, JobSetup setup)
    {
        if (setup.Xmpp.Jid is not { } acs || !setup.Xmpp.IsUsed) return (SetupFaults.NoXmppServer(), "", []);
        if (context.Root is { } root && root != "Device.") return (SetupFaults.NoXmpp(), "", []);
        var work = new XmppSetup(context, setup.Xmpp, acs, setup.Device);
        var (fault, values) = await work.RunAsync(setup);
        return (fault, work.device.ToString(), values);
    }

    private async Task<(ProtocolFault? Fault, IReadOnlyList<ParameterValue> Values)> RunAsync(JobSetup setup)
    {
        // What the device cannot do is known before anything is changed.
        var (refused, known) = await FindAsync();
        if (refused is not null) return (refused, []);
        var stored = (await setup.ReadAsync())?.GetValueOrDefault(CwmpModuleDescriptor.XmppPassword);
        var password = OwnCredentials.Create();
        var problem = await xmpp.PutAccountAsync(device, password, CancellationToken.None);
        // Noted before anything else can go wrong: what was made is taken away with the device.
        if (problem is null) await setup.SaveSettingsAsync(new JsonObject { [ILeftAccounts.Setting] = device.Bare });
        if (problem is { } account)
        {
            // Somebody made the account and entered its password here.
            if (!account.IsForbidden || string.IsNullOrEmpty(stored)) return (SetupFaults.NoAccount(device.Bare, acs.Bare, account.IsForbidden, account.Reason), []);
            password = stored;
        }
        var (full, instance) = known is null ? await AddAsync(Table) : (null, known);
        if ((full ?? await WriteAsync(instance, password)) is { } fault)
        {
            // A row that nobody uses stays behind only where the device is gone.
            if (known is null && full is null) await context.Rpc.CallAsync<DeleteObjectResponse>(new DeleteObject(instance, ""));
            if (stored is not null && stored != password) await xmpp.PutAccountAsync(device, stored, CancellationToken.None);
            return (fault, []);
        }
        await setup.ChangeAsync(new Dictionary<string, string?> { [CwmpModuleDescriptor.XmppPassword] = password, [OwnCredentials.XmppSince] = context.Time.GetUtcNow().ToString("O") });
        await setup.SaveSettingsAsync(new JsonObject { [CwmpModuleDescriptor.JabberId] = device.ToString() });
        var reader = new ValueReader(context);
        // It is set up whatever comes of this; the address follows with an Inform once it is connected.
        await reader.ReadBelowAsync(instance);
        await reader.ReadAsync([Server + "ConnReqXMPPConnection", Server + "ConnReqAllowedJabberIDs", Server + "ConnReqJabberID"]);
        return (null, [.. reader.Read.Where(v => !SoapRedactor.IsSecret(v.Path))]);
    }

    // The row that an earlier run made; null where there is none.
    private async Task<(ProtocolFault? Fault, string? Instance)> FindAsync()
    {
        var listed = await ListAsync(Table);
        if (listed.Fault is { } fault) return (listed.WasRefused ? SetupFaults.NoXmpp(fault.Detail) : fault, null);
        foreach (var row in listed.Rows)
        {
            var reader = new ValueReader(context);
            if (await reader.ReadAsync([row + "Username"]) is { } gone) return (gone, null);
            if (reader.Read.Exists(v => v.Value == device.Local)) return (null, row);
        }
        return (null, null);
    }

    private async Task<ProtocolFault?> WriteAsync(string instance, string password)
    {
        var byTable = !string.Equals(xmpp.Host, acs.Domain, StringComparison.OrdinalIgnoreCase) || xmpp.Port != FieldPort;
        if (byTable && await WriteServerAsync(instance + "Server.") is { } fault) return fault;
        var result = await context.Rpc.CallAsync<SetParameterValuesResponse>(new SetParameterValues(
        [
            Text(instance + "Username", device.Local), Text(instance + "Password", password), Text(instance + "Domain", device.Domain), Text(instance + "Resource", Resource),
            Text(instance + "ServerConnectAlgorithm", byTable ? "ServerTable" : "DNS-SRV"), Flag(instance + "UseTLS", xmpp.UsesTls), Flag(instance + "Enable", true),
            // A reference has no dot at its end (TR-106 §3.2.4).
            Text(Server + "ConnReqXMPPConnection", instance.TrimEnd('.')), Text(Server + "ConnReqAllowedJabberIDs", acs.Bare),
        ], ""));
        return result.Fault;
    }

    private async Task<ProtocolFault?> WriteServerAsync(string table)
    {
        var listed = await ListAsync(table);
        if (listed.Fault is not null) return listed.Fault;
        var (fault, row) = listed.Rows is [var first, ..] ? (null, first) : await AddAsync(table);
        if (fault is not null) return fault;
        var result = await context.Rpc.CallAsync<SetParameterValuesResponse>(new SetParameterValues(
            [Text(row + "ServerAddress", xmpp.Host), new ParameterValueStruct(row + "Port", xmpp.Port.ToString(CultureInfo.InvariantCulture), "unsignedInt"), Flag(row + "Enable", true)], ""));
        return result.Fault;
    }

    private async Task<(ProtocolFault? Fault, bool WasRefused, List<string> Rows)> ListAsync(string table)
    {
        var result = await context.Rpc.CallAsync<GetParameterNamesResponse>(new GetParameterNames(table, true) { InWords = context.Quirks.NextLevelInWords });
        if (result.Fault is not null) return (result.Fault, result.WasRefused, []);
        return (null, false, [.. result.Response!.Names.Select(n => n.Name).Where(n => n.Length > table.Length + 1 && n.EndsWith('.') && n.StartsWith(table, StringComparison.Ordinal) && char.IsAsciiDigit(n[table.Length]))]);
    }

    private async Task<(ProtocolFault? Fault, string Instance)> AddAsync(string table)
    {
        var result = await context.Rpc.CallAsync<AddObjectResponse>(new AddObject(table, ""));
        return result.Fault is { } fault ? (fault, "") : (null, string.Create(CultureInfo.InvariantCulture, $"{table}{result.Response!.InstanceNumber}."));
    }

    private static ParameterValueStruct Text(string path, string value) => new(path, value, "string");

    private ParameterValueStruct Flag(string path, bool value) => new(path, (value, context.Quirks.BooleansInWords) switch { (true, true) => "true", (false, true) => "false", (true, false) => "1", _ => "0" }, "boolean");
}
