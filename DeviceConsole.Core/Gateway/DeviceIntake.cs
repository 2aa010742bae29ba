using DeviceConsole.Core.Data;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Gateway;

/// <summary>
/// Takes in a device that enrolled. A device of the same serial number that has no endpoint of this protocol yet is the same device:
/// it gets the endpoint; otherwise a new one is made.
/// </summary>
internal sealed class DeviceIntake(DataSources dataSources, DeviceService devices)
{
    /// <summary>The device's id, or why it could not be taken in.</summary>
    public async Task<Result<Guid>> TakeAsync(Caller caller, string protocol, string identity, DeviceFacts facts, Enrolment enrolment, CancellationToken cancellationToken)
    {
        var endpoint = new EndpointInput(protocol, enrolment.Settings.DeepClone().AsObject(), enrolment.Secrets) { Identity = identity };
        // What several devices have names none of them.
        var serial = PlaceholderSerial.Is(facts.SerialNumber) ? "" : Short(facts.SerialNumber);
        if (serial.Length > 0 && await SameAsync(caller.Tenant, serial, cancellationToken) is { } known)
        {
            var stored = await devices.GetAsync(caller, known, cancellationToken);
            if (stored.IsSuccess && stored.Value.Endpoints.All(e => e.Protocol != protocol))
                return Id(await devices.UpdateAsync(caller, known, With(stored.Value, endpoint), null, cancellationToken));
            // Another device of that serial number already speaks this protocol: a second one must not claim it.
            serial = "";
        }
        return Id(await devices.CreateAsync(caller, new DeviceInput
        {
            Name = NameOf(facts, identity), SerialNumber = serial, Manufacturer = Short(facts.Manufacturer), Model = Short(facts.Model), Endpoints = [endpoint],
        }, cancellationToken));
    }

    private async Task<Guid?> SameAsync(Guid tenant, string serial, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add("SELECT id FROM devices WHERE tenant_id = $1 AND serial_number = $2 AND serial_number <> ''", Sql.Uuid(tenant), Sql.Text(serial));
        var found = await batch.ListAsync(r => r.GetGuid(0), cancellationToken);
        return found.Count == 1 ? found[0] : null;
    }

    private static DeviceInput With(DeviceDetail device, EndpointInput endpoint) => new()
    {
        Name = device.Device.Name, SerialNumber = device.Device.SerialNumber, Manufacturer = device.Device.Manufacturer, Model = device.Device.Model, Site = device.Device.Site,
        Tags = device.Device.Tags, Notes = device.Notes,
        Endpoints = [.. device.Endpoints.Select(e => new EndpointInput(e.Protocol, e.Settings, new Dictionary<string, string>()) { Identity = e.Identity, TemplateId = e.TemplateId }), endpoint],
    };

    private static Result<Guid> Id(Result<DeviceDetail> result) => result.IsSuccess ? result.Value.Device.Id : result.Problem!;

    private static string NameOf(DeviceFacts facts, string identity)
    {
        var name = string.Join(' ', new[] { Short(facts.Model), Short(facts.SerialNumber) }.Where(t => t.Length > 0));
        return name.Length > 0 && name.Length <= 200 ? name : identity.Length <= 200 ? identity : identity[..200];
    }

    // What a device says may hold anything; a name on a page is one printable line.
    private static string Short(string? text)
    {
        var clean = new string([.. (text ?? "").Where(c => !char.IsControl(c) && !char.IsSurrogate(c))]).Trim();
        return clean.Length <= 95 ? clean : clean[..95];
    }
}
