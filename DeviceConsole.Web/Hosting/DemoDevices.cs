using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using DeviceConsole.Core;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Scheduling;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Web.Hosting;

/// <summary>
/// The demo tenant's devices, one for each simulated agent that is called, and a schedule that reads them; and the enrolment by which the
/// simulated devices that call in come by themselves. Ports may change from start to start; what was deleted stays so.
/// </summary>
public sealed class DemoDevices(TenantDirectory tenants, DeviceService devices, ScheduleService schedules, EnrolmentService enrolments, ProtocolCatalog protocols)
{
    private const string SerialPrefix = "SIM-";
    private const string FleetUser = "fleet";

    // In the order in which the simulated fleet takes its kinds.
    private static readonly (string Name, string Model)[] Kinds =
        [("Edge router", "ER-4200"), ("Access switch", "ES-2448"), ("Fibre gateway", "HG-310"), ("Access point", "WA-620")];

    /// <summary>
    /// Lets the fleet enrol: every protocol in which devices call in takes in whoever shows the secret, unless an operator decided otherwise already.
    /// Null, or one sentence that says what is wrong.
    /// </summary>
    /// <param name="secret">The fleet's one credential; empty for none.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<string?> EnrolAsync(string? secret, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(secret) || await tenants.FindBySlugAsync(Seed.DemoSlug, cancellationToken) is not { } demo) return null;
        var caller = Caller.System(demo.Id, "set-up");
        var known = (await enrolments.ListAsync(caller, cancellationToken)).Value.Select(e => e.Protocol).ToHashSet();
        foreach (var module in protocols.All.OfType<ISessionProtocol>().Where(m => !known.Contains(m.Descriptor.Id)))
        {
            var secrets = module.Descriptor.Credentials.ToDictionary(c => c.Id, c => IsUserName(c) ? FleetUser : secret);
            var saved = await enrolments.SaveAsync(caller, module.Descriptor.Id, new EnrolmentInput(EnrolmentPolicy.Automatic, new JsonObject(), secrets), cancellationToken);
            if (saved.Problem is { } problem) return $"The demo's devices could not be let in: {problem.Message}";
        }
        return null;
    }

    /// <summary>Null, or one sentence that says what is wrong.</summary>
    /// <param name="agents">Where the agents are: <c>ADDRESS:PORT+COUNT</c>; empty for none.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<string?> RunAsync(string? agents, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(agents)) return null;
        if (!TryRead(agents, out var first, out var count)) return $"DEVICECONSOLE_SIMULATOR_SNMP is '{agents}'; it has to be ADDRESS:PORT+COUNT, like 127.0.0.1:6180+5.";
        if (await tenants.FindBySlugAsync(Seed.DemoSlug, cancellationToken) is not { } demo) return null;
        var caller = Caller.System(demo.Id, "set-up");
        var known = (await devices.ListAsync(caller, new DeviceQuery { Search = SerialPrefix, Limit = DeviceService.MaximumPage }, cancellationToken)).Items;
        var problem = known.Count == 0
            ? await CreateAsync(caller, first, count, cancellationToken)
            : await MoveAsync(caller, known, first, count, cancellationToken);
        return problem is null ? null : $"The demo's devices could not be made: {problem.Message}";
    }

    private async Task<Problem?> CreateAsync(Caller caller, IPEndPoint first, int count, CancellationToken cancellationToken)
    {
        var ids = new List<Guid>();
        for (var i = 0; i < count; i++)
        {
            var made = await devices.CreateAsync(caller, Input(i, i > 0 && i == count - 1, new IPEndPoint(first.Address, first.Port + i)), cancellationToken);
            if (!made.IsSuccess) return made.Problem;
            ids.Add(made.Value.Device.Id);
        }
        return (await schedules.CreateAsync(caller, new ScheduleInput
        {
            Name = "Uptime and name, every 5 minutes", Cron = "0 0/5 * * * ?", Protocol = "snmp", Operation = "get",
            Arguments = new JsonObject { ["oids"] = new JsonArray("1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.5.0") }, DeviceIds = ids,
        }, cancellationToken)).Problem;
    }

    private async Task<Problem?> MoveAsync(Caller caller, IReadOnlyList<DeviceRow> known, IPEndPoint first, int count, CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++)
        {
            var serial = Serial(i);
            if (known.FirstOrDefault(d => d.SerialNumber == serial) is not { } device) continue;
            if (await MoveAsync(caller, device.Id, first.Port + i, cancellationToken) is { } problem) return problem;
        }
        return null;
    }

    private async Task<Problem?> MoveAsync(Caller caller, Guid id, int port, CancellationToken cancellationToken)
    {
        var found = await devices.GetAsync(caller, id, cancellationToken);
        if (!found.IsSuccess) return null;
        var (device, notes, endpoints, _) = found.Value;
        if (endpoints.FirstOrDefault(e => e.Protocol == "snmp") is not { } snmp || snmp.Settings["port"]?.ToString() == Text(port)) return null;
        var settings = snmp.Settings.DeepClone().AsObject();
        settings["port"] = port;
        var input = new DeviceInput
        {
            Name = device.Name, SerialNumber = device.SerialNumber, Manufacturer = device.Manufacturer, Model = device.Model, Site = device.Site, Tags = device.Tags, Notes = notes,
            Endpoints = [.. endpoints.Select(e => new EndpointInput(e.Protocol, e == snmp ? settings : e.Settings, new Dictionary<string, string>()) { Identity = e.Identity, TemplateId = e.TemplateId })],
        };
        return (await devices.UpdateAsync(caller, id, input, null, cancellationToken)).Problem;
    }

    // ./run starts the last simulated device silent, so that a newcomer sees what a failure looks like.
    private static DeviceInput Input(int index, bool silent, IPEndPoint agent)
    {
        var (name, model) = Kinds[index % Kinds.Length];
        return new DeviceInput
        {
            Name = $"{name} {index + 1:00}{(silent ? " (unplugged)" : "")}", SerialNumber = Serial(index), Manufacturer = "Example Networks", Model = model, Site = "Demo", Tags = ["demo", "simulated"],
            Notes = silent ? "A simulated device that never answers, to show how a failure looks." : "A simulated device that runs beside the console.",
            Endpoints =
            [
                new EndpointInput("snmp", new JsonObject { ["host"] = agent.Address.ToString(), ["port"] = agent.Port, ["version"] = "v2c" },
                    new Dictionary<string, string> { ["readCommunity"] = "public", ["writeCommunity"] = "private" }),
            ],
        };
    }

    // Shown to people who connect devices; the secret is not.
    private static bool IsUserName(FieldDescriptor credential) => credential.Label.EndsWith("name", StringComparison.OrdinalIgnoreCase);

    private static bool TryRead(string text, out IPEndPoint first, out int count)
    {
        first = new IPEndPoint(IPAddress.Loopback, 0);
        count = 0;
        var plus = text.LastIndexOf('+');
        if (plus < 0 || !IPEndPoint.TryParse(text[..plus], out var parsed) || !int.TryParse(text[(plus + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out count)) return false;
        first = parsed;
        return count is > 0 and <= DeviceService.MaximumPage && parsed.Port > 0 && parsed.Port + count - 1 <= IPEndPoint.MaxPort;
    }

    private static string Serial(int index) => SerialPrefix + Text(index + 1).PadLeft(4, '0');

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
