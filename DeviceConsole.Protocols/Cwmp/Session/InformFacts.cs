using System.Net;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Jobs;
using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp.Session;

/// <summary>What an Inform tells beside who calls: values, facts, the address for connection requests.</summary>
internal sealed class InformFacts
{
    /// <summary>Where a device tells its XMPP address for connection requests (TR-069 K.2.1).</summary>
    public const string JabberName = "ManagementServer.ConnReqJabberID";

    /// <summary>Where a device says whether it supports aliases in paths; a forced Inform parameter (TR-181, TR-098).</summary>
    public const string AliasName = "ManagementServer.AliasBasedAddressing";

    // Told with every change of it (TR-181: forced active notification).
    private const string GatewayName = ".GatewayInfo.";

    private const string UrlName = "ManagementServer.ConnectionRequestURL";
    private readonly Inform inform;

    /// <summary>Of an Inform.</summary>
    public InformFacts(Inform inform)
    {
        this.inform = inform;
        Values = Jobs.Values.From(inform.Parameters);
        // Device., InternetGatewayDevice., or a vendor's own.
        Root = Values.Count == 0 ? null : Values[0].Path[..(Values[0].Path.IndexOf('.', StringComparison.Ordinal) + 1)] is { Length: > 1 } root ? root : null;
    }

    /// <summary>The reported values.</summary>
    public List<ParameterValue> Values { get; }

    /// <summary>The device's root object with its dot; null where the Inform has no parameter.</summary>
    public string? Root { get; }

    /// <summary>Whether instances may be named by their aliases; null where the Inform does not say.</summary>
    public bool? AliasBased => Ending(AliasName) is { } text ? CwmpText.ReadBoolean(text) : null;

    /// <summary>True where the device started anew or is new.</summary>
    public bool IsBoot => inform.Events.Any(e => e.Code is "0" or "1");

    /// <summary>What the device says of itself.</summary>
    public DeviceFacts Facts => new()
    {
        Manufacturer = Text(inform.DeviceId.Manufacturer),
        Model = Text(Ending("DeviceInfo.ModelName") ?? inform.DeviceId.ProductClass),
        SerialNumber = Text(inform.DeviceId.SerialNumber),
        SoftwareVersion = Text(Ending("DeviceInfo.SoftwareVersion")),
        HardwareVersion = Text(Ending("DeviceInfo.HardwareVersion")),
    };

    /// <summary>What is to be kept in the endpoint's settings; null where all of it is there already.</summary>
    public JsonObject? Learnt(JsonObject settings, IPAddress? remote)
    {
        var changes = new JsonObject();
        void Keep(string field, string? value)
        {
            if (!string.IsNullOrEmpty(value) && value.Length <= 1024 && settings.Text(field) != value) changes[field] = value;
        }
        Keep(CwmpModuleDescriptor.ConnectionRequestUrl, Ending(UrlName));
        Keep(CwmpModuleDescriptor.UdpAddress, Ending("ManagementServer.UDPConnectionRequestAddress"));
        Keep(CwmpModuleDescriptor.JabberId, Ending(JabberName));
        Keep(CwmpModuleDescriptor.CallsFrom, remote?.ToString());
        Keep(CwmpModuleDescriptor.Root, Root);
        if (Gateway is { } gateway && (settings.Text(CwmpModuleDescriptor.Gateway) ?? "") != gateway) changes[CwmpModuleDescriptor.Gateway] = gateway.Length > 0 ? gateway : null;
        if (AliasBased is { } aliases && settings.IsOn(CwmpModuleDescriptor.AliasBased) != aliases) changes[CwmpModuleDescriptor.AliasBased] = aliases;
        return changes.Count == 0 ? null : changes;
    }

    /// <summary>The identity of the gateway that the device is behind (TR-069 Annex F); an empty text where it has none any more, null where the Inform says nothing of it.</summary>
    public string? Gateway => Values.Find(v => v.Path.EndsWith(GatewayName + "SerialNumber", StringComparison.Ordinal)) is not { } serial ? null
        : string.IsNullOrEmpty(serial.Value) ? "" : CwmpIdentity.OfParts(Ending(GatewayName + "ManufacturerOUI") ?? "", Ending(GatewayName + "ProductClass") ?? "", serial.Value);

    /// <summary>True where the Inform counts what is behind the device: the list may have changed.</summary>
    public bool CountsNeighbours => Values.Exists(v => Jobs.NeighbourJob.Tables.Any(t => v.Path.EndsWith($".ManagementServer.{t}NumberOfEntries", StringComparison.Ordinal)));

    private string? Ending(string name) => Values.Find(v => v.Path.EndsWith(name, StringComparison.Ordinal))?.Value;

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
