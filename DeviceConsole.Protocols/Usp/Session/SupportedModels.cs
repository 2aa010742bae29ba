using System.Collections.Concurrent;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Usp.Session;

/// <summary>Which model of device supports what. Devices of one tenant that name the same maker, model and versions share an entry.</summary>
internal sealed class SupportedModels
{
    private const int Maximum = 128;
    private readonly ConcurrentDictionary<(Guid Tenant, string Model), SupportedModel> models = new();
    private readonly ConcurrentDictionary<(Guid Tenant, string Model), Lazy<Task<SupportedModel?>>> asked = new();

    public SupportedModel? Find(Guid tenant, DeviceFacts facts) => models.GetValueOrDefault(Key(tenant, facts));

    /// <summary>
    /// What devices of that model support. The first that needs it asks its device; those that come meanwhile (after a restart: all of them)
    /// wait for that answer, and ask their own where none came.
    /// </summary>
    public async Task<SupportedModel?> LearnAsync(Guid tenant, DeviceFacts facts, Func<Task<SupportedModel?>> ask, CancellationToken cancellationToken)
    {
        if (Find(tenant, facts) is { } known) return known;
        var key = Key(tenant, facts);
        var own = new Lazy<Task<SupportedModel?>>(ask);
        var first = asked.GetOrAdd(key, own);
        try
        {
            var learnt = await first.Value.WaitAsync(cancellationToken).ConfigureAwait(false) ?? (first == own ? null : await ask().ConfigureAwait(false));
            if (learnt is not null) Keep(tenant, facts, learnt);
            return learnt;
        }
        finally
        {
            asked.TryRemove(new KeyValuePair<(Guid Tenant, string Model), Lazy<Task<SupportedModel?>>>(key, first));
        }
    }

    private void Keep(Guid tenant, DeviceFacts facts, SupportedModel model)
    {
        // Whoever is put out is asked for again by the next device of that model.
        if (models.Count >= Maximum)
            foreach (var key in models.Keys.Take(Maximum / 4)) models.TryRemove(key, out _);
        models[Key(tenant, facts)] = model;
    }

    private static (Guid Tenant, string Model) Key(Guid tenant, DeviceFacts facts) => (tenant, string.Join('\n', facts.Manufacturer, facts.Model, facts.HardwareVersion, facts.SoftwareVersion));
}
