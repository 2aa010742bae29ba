using System.Collections.Concurrent;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Usp.Session;

/// <summary>Which model of device supports what. Devices of one tenant that name the same maker, model and versions share an entry.</summary>
internal sealed class SupportedModels
{
    private const int Maximum = 128;
    private readonly ConcurrentDictionary<(Guid Tenant, string Model), SupportedModel> models = new();

    public SupportedModel? Find(Guid tenant, DeviceFacts facts) => models.GetValueOrDefault(Key(tenant, facts));

    public void Keep(Guid tenant, DeviceFacts facts, SupportedModel model)
    {
        // Whoever is put out is asked for again by the next device of that model.
        if (models.Count >= Maximum)
            foreach (var key in models.Keys.Take(Maximum / 4)) models.TryRemove(key, out _);
        models[Key(tenant, facts)] = model;
    }

    private static (Guid Tenant, string Model) Key(Guid tenant, DeviceFacts facts) => (tenant, string.Join('\n', facts.Manufacturer, facts.Model, facts.HardwareVersion, facts.SoftwareVersion));
}
