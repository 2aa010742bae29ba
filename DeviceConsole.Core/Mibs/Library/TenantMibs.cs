namespace DeviceConsole.Core.Mibs;

/// <summary>What one tenant's library names: its active modules and the built-in ones that it does not replace. Never changes.</summary>
public sealed class TenantMibs
{
    /// <summary>Builds the tree.</summary>
    internal TenantMibs(IReadOnlyList<MibModule> builtIn, IReadOnlyList<MibModule> uploaded)
    {
        Uploaded = uploaded.ToDictionary(m => m.Name, StringComparer.Ordinal);
        Tree = new MibTree(uploaded.Concat(builtIn.Where(m => !Uploaded.ContainsKey(m.Name))), m => Uploaded.ContainsKey(m.Name));
    }

    /// <summary>The tenant's active modules by name.</summary>
    public IReadOnlyDictionary<string, MibModule> Uploaded { get; }

    /// <summary>All names.</summary>
    public MibTree Tree { get; }
}
