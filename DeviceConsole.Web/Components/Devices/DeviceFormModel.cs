using DeviceConsole.Core.Credentials;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Web.Components.Shared.Forms;

namespace DeviceConsole.Web.Components.Devices;

/// <summary>What stands in the form of a device.</summary>
public sealed class DeviceFormModel
{
    private readonly List<EndpointForm> endpoints = [];

    /// <summary>See <see cref="DeviceInput.Name"/>.</summary>
    public string Name { get; set; } = "";

    /// <summary>See <see cref="DeviceInput.SerialNumber"/>.</summary>
    public string SerialNumber { get; set; } = "";

    /// <summary>See <see cref="DeviceInput.Manufacturer"/>.</summary>
    public string Manufacturer { get; set; } = "";

    /// <summary>See <see cref="DeviceInput.Model"/>.</summary>
    public string Model { get; set; } = "";

    /// <summary>See <see cref="DeviceInput.Site"/>.</summary>
    public string Site { get; set; } = "";

    /// <summary>Labels, separated by commas or spaces.</summary>
    public string Tags { get; set; } = "";

    /// <summary>See <see cref="DeviceInput.Notes"/>.</summary>
    public string Notes { get; set; } = "";

    /// <summary>How the device is reached, one a protocol.</summary>
    public IReadOnlyList<EndpointForm> Endpoints => endpoints;

    /// <summary>A new device; where there is one protocol only, its fields are there at once.</summary>
    public static DeviceFormModel New(ProtocolCatalog catalog)
    {
        var model = new DeviceFormModel();
        if (catalog.All is [var only]) model.Add(only.Descriptor);
        return model;
    }

    /// <summary>A device as it is stored.</summary>
    public static DeviceFormModel From(DeviceDetail device, ProtocolCatalog catalog)
    {
        var model = new DeviceFormModel
        {
            Name = device.Device.Name,
            SerialNumber = device.Device.SerialNumber,
            Manufacturer = device.Device.Manufacturer,
            Model = device.Device.Model,
            Site = device.Device.Site,
            Tags = string.Join(", ", device.Device.Tags),
            Notes = device.Notes,
        };
        foreach (var endpoint in device.Endpoints)
            if (catalog.Find(endpoint.Protocol)?.Descriptor is { } descriptor) model.endpoints.Add(EndpointForm.From(descriptor, endpoint));
        return model;
    }

    /// <summary>Protocols that the device has no endpoint for.</summary>
    public IEnumerable<ProtocolDescriptor> Missing(ProtocolCatalog catalog) =>
        catalog.All.Select(m => m.Descriptor).Where(d => endpoints.All(e => e.Descriptor.Id != d.Id));

    /// <summary>One more way to reach it.</summary>
    public void Add(ProtocolDescriptor descriptor) => endpoints.Add(EndpointForm.New(descriptor));

    /// <summary>One less.</summary>
    public void Remove(EndpointForm endpoint) => endpoints.Remove(endpoint);

    /// <summary>What the service gets.</summary>
    public DeviceInput ToInput() => new()
    {
        Name = Name,
        SerialNumber = SerialNumber,
        Manufacturer = Manufacturer,
        Model = Model,
        Site = Site,
        Tags = Tags.Split([',', ' ', ';', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        Notes = Notes,
        Endpoints = [.. endpoints.Select(e => e.ToInput())],
    };
}

/// <summary>One protocol's part of the form.</summary>
public sealed class EndpointForm
{
    private EndpointForm(ProtocolDescriptor descriptor, FieldValues settings, SecretValues secrets, string identity) =>
        (Descriptor, Settings, Secrets, Identity) = (descriptor, settings, secrets, identity);

    /// <summary>The credential template; null for credentials of the device's own.</summary>
    public Guid? TemplateId { get; private set; }

    /// <summary>The protocol.</summary>
    public ProtocolDescriptor Descriptor { get; }

    /// <summary>How the device names itself when it calls in.</summary>
    public string Identity { get; set; }

    /// <summary>Its settings.</summary>
    public FieldValues Settings { get; }

    /// <summary>Its credentials.</summary>
    public SecretValues Secrets { get; }

    /// <summary>An empty one with defaults.</summary>
    public static EndpointForm New(ProtocolDescriptor descriptor) =>
        new(descriptor, FieldValues.Empty(descriptor.Settings), new SecretValues(descriptor.Credentials, []), "");

    /// <summary>A stored one.</summary>
    public static EndpointForm From(ProtocolDescriptor descriptor, DeviceEndpoint endpoint) =>
        new(descriptor, FieldValues.From(descriptor.Settings, endpoint.Settings), new SecretValues(descriptor.Credentials, endpoint.TemplateId is null ? endpoint.SecretsSet : []), endpoint.Identity ?? "")
        {
            TemplateId = endpoint.TemplateId,
        };

    /// <summary>Takes a template, or none: then what the template said stays in the form, to be changed.</summary>
    public void Use(CredentialTemplate? template)
    {
        TemplateId = template?.Id;
        if (template is null) return;
        var held = FieldValues.From(Descriptor.TemplateSettings, template.Settings);
        foreach (var field in Descriptor.TemplateSettings) Settings[field.Id] = held[field.Id];
    }

    /// <summary>True where the field is shown: what a template holds is not.</summary>
    public bool Shows(FieldDescriptor field) => TemplateId is null || !field.InTemplate;

    /// <summary>What the service gets.</summary>
    public EndpointInput ToInput() => new(Descriptor.Id, Settings.ToJson(), TemplateId is null ? Secrets.ToInput() : new Dictionary<string, string>()) { Identity = Identity, TemplateId = TemplateId };
}
