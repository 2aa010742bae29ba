using System.Text.Json.Nodes;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Web.Api.Devices;

/// <summary>A device with its endpoints.</summary>
public sealed record DeviceResource(
    Guid Id, string Name, string SerialNumber, string Manufacturer, string Model, string Address, string Site, IReadOnlyList<string> Tags, string Notes,
    IReadOnlyList<EndpointResource> Endpoints, DateTimeOffset? LastContactAt, DateTimeOffset? LastFailureAt, string? LastFailure,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, int Version)
{
    /// <summary>Of a device.</summary>
    public static DeviceResource Of(DeviceDetail detail)
    {
        var d = detail.Device;
        return new DeviceResource(d.Id, d.Name, d.SerialNumber, d.Manufacturer, d.Model, d.Address, d.Site, d.Tags, detail.Notes,
            [.. detail.Endpoints.Select(e => new EndpointResource(e.Protocol, e.Identity, e.Settings, e.SecretsSet, e.LastContactAt, e.TemplateId, e.TemplateName))],
            d.LastContactAt, d.LastFailureAt, d.LastFailure, d.CreatedAt, detail.UpdatedAt, d.Version);
    }
}

/// <summary>How one protocol reaches a device. Secrets cannot be read; <paramref name="SecretsSet"/> names those that are set. With a credential template, its settings and credentials are named here.</summary>
public sealed record EndpointResource(string Protocol, string? Identity, JsonObject Settings, IReadOnlyList<string> SecretsSet, DateTimeOffset? LastContactAt, Guid? CredentialTemplateId, string? CredentialTemplateName);

/// <summary>A device as it is sent. PUT replaces everything but the secrets that it does not mention.</summary>
public sealed record DeviceBody
{
    /// <summary>1 to 200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Up to 200 characters, unique in the tenant when not empty.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>Up to 200 characters.</summary>
    public string? Manufacturer { get; init; }

    /// <summary>Up to 200 characters.</summary>
    public string? Model { get; init; }

    /// <summary>Up to 200 characters.</summary>
    public string? Site { get; init; }

    /// <summary>Up to 50 labels of up to 50 characters.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Up to 4,000 characters.</summary>
    public string? Notes { get; init; }

    /// <summary>All endpoints of the device, at most one a protocol.</summary>
    public IReadOnlyList<EndpointBody>? Endpoints { get; init; }

    /// <summary>The input of the service.</summary>
    public DeviceInput ToInput() => new()
    {
        Name = Name ?? "",
        SerialNumber = SerialNumber ?? "",
        Manufacturer = Manufacturer ?? "",
        Model = Model ?? "",
        Site = Site ?? "",
        Tags = Tags ?? [],
        Notes = Notes ?? "",
        Endpoints = [.. (Endpoints ?? []).Select(e => e is null ? new EndpointInput("", [], new Dictionary<string, string>()) : e.ToInput())],
    };
}

/// <summary>An endpoint as it is sent.</summary>
public sealed record EndpointBody
{
    /// <summary>A protocol's id, see GET /api/v1/protocols.</summary>
    public required string Protocol { get; init; }

    /// <summary>Who the device says it is in this protocol, for devices that call in.</summary>
    public string? Identity { get; init; }

    /// <summary>Values by the ids of the protocol's settings.</summary>
    public JsonObject? Settings { get; init; }

    /// <summary>Values by the ids of the protocol's credentials. One that is absent keeps what is stored, an empty one removes it.</summary>
    public IReadOnlyDictionary<string, string?>? Secrets { get; init; }

    /// <summary>A credential template to use in place of `secrets` and of the settings that it holds; null for the device's own.</summary>
    public Guid? CredentialTemplateId { get; init; }

    /// <summary>The input of the service.</summary>
    public EndpointInput ToInput() => new(Protocol ?? "", Settings ?? [], (Secrets ?? new Dictionary<string, string?>()).ToDictionary(s => s.Key, s => s.Value ?? "")) { Identity = Identity, TemplateId = CredentialTemplateId };
}

/// <summary>One value of a device's stored tree, with what the tenant's MIBs make of it where its path is an object identifier.</summary>
/// <param name="Path">The full path in the protocol's own syntax.</param>
/// <param name="Value">The newest value as text; null where the device named the path without one.</param>
/// <param name="Type">The type in the protocol's own words.</param>
/// <param name="Writable">True or false where the protocol said so.</param>
/// <param name="Source">The protocol's id that it came by.</param>
/// <param name="ChangedAt">When the value last became another one.</param>
/// <param name="Name">The path by name; null where it has none but itself.</param>
/// <param name="Text">The value in words; null where the raw value says as much.</param>
public sealed record ParameterResource(string Path, string? Value, string Type, bool? Writable, string Source, DateTimeOffset ChangedAt, string? Name, string? Text)
{
    /// <summary>Of a parameter.</summary>
    public static ParameterResource Of(Parameter parameter, ShownName? names) =>
        new(parameter.Path, parameter.Value, parameter.Type, parameter.Writable, parameter.Source, parameter.ChangedAt, names?.Name, names?.Text);
}
