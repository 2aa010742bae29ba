using System.Collections.Frozen;

namespace DeviceConsole.Core.Protocols;

/// <summary>All protocol modules of this process, by id.</summary>
public sealed class ProtocolCatalog
{
    private readonly FrozenDictionary<string, IProtocolModule> modules;

    /// <summary>Built by the container from every registered <see cref="IProtocolModule"/>.</summary>
    public ProtocolCatalog(IEnumerable<IProtocolModule> modules)
    {
        this.modules = modules.ToFrozenDictionary(m => m.Descriptor.Id);
        All = [.. this.modules.Values.OrderBy(m => m.Descriptor.Name, StringComparer.Ordinal)];
    }

    /// <summary>Every module, by name.</summary>
    public IReadOnlyList<IProtocolModule> All { get; }

    /// <summary>The module with that id, or null.</summary>
    public IProtocolModule? Find(string id) => modules.GetValueOrDefault(id);
}
