using System.Globalization;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Credentials;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Devices;

/// <summary>
/// Checks what was entered for a device and brings it into its stored form: trimmed, labels in lower case and without
/// doubles, settings completed with the descriptor's defaults.
/// </summary>
internal sealed class DeviceValidator(ProtocolCatalog catalog)
{
    private const int MaximumText = 200, MaximumNotes = 4000, MaximumTags = 50, MaximumTag = 50, MaximumIdentity = 255, MaximumSecret = 4096;

    /// <summary>The input in its stored form; what is wrong with it goes to <paramref name="errors"/>.</summary>
    /// <param name="input">As entered.</param>
    /// <param name="secretsSet">Which credentials are stored already, by protocol.</param>
    /// <param name="templates">The settings of the credential templates that the input names; one that is missing here does not exist.</param>
    /// <param name="errors">A sentence for every field that needs a correction.</param>
    public DeviceInput Check(DeviceInput input, IReadOnlyDictionary<string, IReadOnlyList<string>> secretsSet, IReadOnlyDictionary<Guid, TemplateSettings> templates, List<FieldError> errors)
    {
        var clean = input with
        {
            Name = Text(input.Name, "name", "The name", errors),
            SerialNumber = Text(input.SerialNumber, "serialNumber", "The serial number", errors),
            Manufacturer = Text(input.Manufacturer, "manufacturer", "The manufacturer", errors),
            Model = Text(input.Model, "model", "The model", errors),
            Site = Text(input.Site, "site", "The site", errors),
            Notes = Notes(input.Notes, errors),
            Tags = Tags(input.Tags, errors),
            Endpoints = [.. input.Endpoints.Select((e, i) => Endpoint(e, $"endpoints[{i.ToString(CultureInfo.InvariantCulture)}]", secretsSet, templates, errors))],
        };
        if (clean.Name.Length == 0) errors.Add(new FieldError("name", "A device needs a name."));
        CheckDoubles(clean.Endpoints, errors);
        return clean;
    }

    /// <summary>The management address that lists show: the first endpoint's host.</summary>
    public static string AddressOf(DeviceInput input)
    {
        foreach (var endpoint in input.Endpoints)
        {
            if (endpoint.Settings["host"] is JsonValue value && value.TryGetValue<string>(out var host) && host.Length > 0)
                return host.Length <= MaximumIdentity ? host : host[..MaximumIdentity];
        }
        return "";
    }

    private EndpointInput Endpoint(EndpointInput endpoint, string field, IReadOnlyDictionary<string, IReadOnlyList<string>> secretsSet, IReadOnlyDictionary<Guid, TemplateSettings> templates, List<FieldError> errors)
    {
        if (catalog.Find(endpoint.Protocol) is not { } module)
        {
            errors.Add(new FieldError($"{field}.protocol", $"There is no protocol '{endpoint.Protocol}'; there are {string.Join(", ", catalog.All.Select(m => m.Descriptor.Id))}."));
            return endpoint;
        }
        if (endpoint.TemplateId is { } template) return OfTemplate(module, endpoint, templates.GetValueOrDefault(template), field, errors);
        var settings = Settings(module, endpoint.Settings, $"{field}.settings", errors);
        CheckSecrets(module.Descriptor, endpoint with { Settings = settings }, secretsSet.GetValueOrDefault(endpoint.Protocol) ?? [], $"{field}.secrets", errors);
        return endpoint with { Settings = settings, Identity = Identity(module, endpoint.Identity, $"{field}.identity", errors) };
    }

    // What the template holds is not kept with the device: the template's word counts, also tomorrow.
    private static EndpointInput OfTemplate(IProtocolModule module, EndpointInput endpoint, TemplateSettings? template, string field, List<FieldError> errors)
    {
        if (template is null || template.Protocol != module.Descriptor.Id)
        {
            errors.Add(new FieldError($"{field}.credentialTemplateId", $"There is no such credential template for {module.Descriptor.Name}; choose another one or enter the device's own credentials."));
            return endpoint;
        }
        if (endpoint.Secrets.Values.Any(v => v.Length > 0))
            errors.Add(new FieldError($"{field}.secrets", $"The credentials come from the template {template.Name}; leave the device's own ones out, or take no template."));
        var merged = (JsonObject)endpoint.Settings.DeepClone();
        foreach (var part in module.Descriptor.TemplateSettings) merged.Remove(part.Id);
        foreach (var (name, value) in template.Settings) merged[name] = value?.DeepClone();
        var settings = Settings(module, merged, $"{field}.settings", errors);
        foreach (var part in module.Descriptor.TemplateSettings) settings.Remove(part.Id);
        return endpoint with { Settings = settings, Secrets = new Dictionary<string, string>(), Identity = Identity(module, endpoint.Identity, $"{field}.identity", errors) };
    }

    private static string? Identity(IProtocolModule module, string? entered, string field, List<FieldError> errors)
    {
        var identity = string.IsNullOrWhiteSpace(entered) ? null : entered.Trim();
        if (identity is { Length: > MaximumIdentity } || HasControls(identity))
        {
            errors.Add(new FieldError(field, $"The identity has at most {MaximumIdentity} characters, all of them printable."));
            return identity;
        }
        if (module is not ISessionProtocol session) return identity;
        if (identity is null)
        {
            errors.Add(new FieldError(field, $"A device that calls in by {module.Descriptor.Name} is found by its identity: enter it."));
            return null;
        }
        var check = session.CheckIdentity(identity);
        if (check.Error is not null) errors.Add(new FieldError(field, check.Error));
        return check.Identity ?? identity;
    }

    private static JsonObject Settings(IProtocolModule module, JsonObject entered, string field, List<FieldError> errors)
    {
        var settings = Complete(module.Descriptor.Settings, entered);
        var found = DescriptorValidator.Check(module.Descriptor.Settings, settings);
        if (found.Count == 0) found = module.CheckSettings(settings);
        errors.AddRange(found.Select(e => new FieldError(e.Field.Length == 0 ? field : $"{field}.{e.Field}", e.Message)));
        return settings;
    }

    /// <summary>The values trimmed, and with the defaults of what is absent.</summary>
    public static JsonObject Complete(IReadOnlyList<FieldDescriptor> fields, JsonObject entered)
    {
        var settings = (JsonObject)entered.DeepClone();
        foreach (var descriptor in fields)
        {
            if (settings[descriptor.Id] is JsonValue value && value.TryGetValue<string>(out var text)) settings[descriptor.Id] = text.Trim();
            if (settings[descriptor.Id] is null && descriptor.Default is { } standard) settings[descriptor.Id] = DefaultOf(descriptor, standard);
        }
        return settings;
    }

    // A default is written as JSON text would have it: a number as digits, a toggle as "true".
    private static JsonNode? DefaultOf(FieldDescriptor field, string text) => field.Kind switch
    {
        FieldKind.Number => JsonValue.Create(long.Parse(text, CultureInfo.InvariantCulture)),
        FieldKind.Toggle => JsonValue.Create(bool.Parse(text)),
        FieldKind.List => new JsonArray([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(t => (JsonNode?)t)]),
        FieldKind.Rows => JsonNode.Parse(text),
        _ => JsonValue.Create(text),
    };

    /// <summary>Checks given credentials, and that those which are needed are given or stored.</summary>
    public static void CheckSecrets(ProtocolDescriptor descriptor, EndpointInput endpoint, IReadOnlyList<string> stored, string field, List<FieldError> errors)
    {
        foreach (var (id, value) in endpoint.Secrets)
        {
            if (descriptor.Credentials.FirstOrDefault(c => c.Id == id) is not { } credential)
                errors.Add(new FieldError($"{field}.{id}", $"{descriptor.Name} has no credential '{id}'."));
            else if (value.Length > MaximumSecret)
                errors.Add(new FieldError($"{field}.{id}", $"{credential.Label} has at most {MaximumSecret} characters."));
            else if (value.Length > 0 && value.Length < credential.MinimumLength)
                errors.Add(new FieldError($"{field}.{id}", $"{credential.Label} has at least {credential.MinimumLength} characters."));
            else if (credential.Kind == FieldKind.Choice && value.Length > 0 && credential.Choices.All(c => c.Value != value))
                errors.Add(new FieldError($"{field}.{id}", $"{credential.Label} is one of: {string.Join(", ", credential.Choices.Select(c => c.Value))}."));
        }
        foreach (var credential in descriptor.Credentials.Where(c => c.Required && c.Applies(descriptor.Settings, endpoint.Settings)))
        {
            var set = endpoint.Secrets.TryGetValue(credential.Id, out var value) ? value.Length > 0 : stored.Contains(credential.Id);
            if (!set) errors.Add(new FieldError($"{field}.{credential.Id}", $"{credential.Label} is needed."));
        }
    }

    private static void CheckDoubles(IReadOnlyList<EndpointInput> endpoints, List<FieldError> errors)
    {
        for (var i = 0; i < endpoints.Count; i++)
        {
            if (endpoints.Take(i).Any(e => e.Protocol == endpoints[i].Protocol))
                errors.Add(new FieldError($"endpoints[{i.ToString(CultureInfo.InvariantCulture)}].protocol", $"The device already has an endpoint for {endpoints[i].Protocol}; one a protocol is enough."));
        }
    }

    private static string Text(string? entered, string field, string name, List<FieldError> errors)
    {
        var text = entered?.Trim() ?? "";
        if (text.Length > MaximumText) errors.Add(new FieldError(field, $"{name} has at most {MaximumText} characters; this has {text.Length}."));
        else if (HasControls(text)) errors.Add(new FieldError(field, $"{name} holds a character that cannot be printed, such as a line break."));
        return text;
    }

    private static string Notes(string? entered, List<FieldError> errors)
    {
        var text = entered?.Trim() ?? "";
        if (text.Length > MaximumNotes) errors.Add(new FieldError("notes", $"The notes have at most {MaximumNotes} characters; these have {text.Length}."));
        else if (text.Contains('\0', StringComparison.Ordinal)) errors.Add(new FieldError("notes", "The notes hold a character that cannot be stored (NUL)."));
        return text;
    }

    private static List<string> Tags(IReadOnlyList<string> entered, List<FieldError> errors)
    {
        // Labels are compared and stored in lower case.
        var tags = entered.Select(t => (t ?? "").Trim().ToLowerInvariant()).Where(t => t.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        if (tags.Count > MaximumTags) errors.Add(new FieldError("tags", $"A device has at most {MaximumTags} labels; these are {tags.Count}."));
        if (tags.FirstOrDefault(t => t.Length > MaximumTag || HasControls(t)) is { } wrong)
            errors.Add(new FieldError("tags", $"A label has at most {MaximumTag} printable characters; '{(wrong.Length > 20 ? wrong[..20] + "…" : wrong)}' does not fit."));
        return tags;
    }

    /// <summary>True where the text holds a character that cannot be printed.</summary>
    public static bool HasControls(string? text) => text is not null && text.Any(char.IsControl);
}
